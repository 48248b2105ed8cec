/* Of 分析: draws each table once it is looked at. The tables are whole without it.
   The library is fetched by the first drawing that comes near; with Save-Data or on a slow line a
   button asks first. Colours are the tokens of app.css, every part has its pattern besides, and
   nothing here writes HTML or a style attribute, so the page's policy stays as strict as it is. */
(function () {
  "use strict";
  var LOOKS = { done: "--ok", now: "--act", back: "--back" };
  var PARTS = ["--act", "--warn", "--ok", "--line-2", "--back", "--bad", "--idle", "--brand"];
  var SHAPES = ["circle", "rect", "triangle", "diamond", "emptyCircle", "emptyRect", "emptyTriangle", "emptyDiamond"];
  var ask = document.getElementById("charts"), waiting = null;
  var boxes = [].slice.call(document.querySelectorAll("[data-draws]"));
  if (!ask || !boxes.length) return;

  function token(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }
  function number(cell) { return parseInt(cell.textContent, 10) || 0; }

  /* --- the table beside a drawing, as the drawing needs it ------------------ */
  function read(box) {
    var table = box.parentNode.querySelector("table"), rows = [].slice.call(table.tBodies[0].rows);
    var columns = [].slice.call(table.tHead.rows[0].cells).filter(function (one) { return one.dataset.kind; });
    return {
      names: rows.map(function (row) { return row.cells[0].textContent; }),
      columns: columns.map(function (one) { return { name: one.textContent, kind: one.dataset.kind, stack: one.dataset.stack }; }),
      values: columns.map(function (one) { return rows.map(function (row) { return number(row.cells[one.cellIndex]); }); })
    };
  }

  function series(found, draws) {
    if (draws === "box") {
      return [{ type: "boxplot", itemStyle: { color: token("--act-bg"), borderColor: token("--act"), borderWidth: 2 },
        data: found.names.map(function (_name, at) { return found.values.map(function (column) { return column[at]; }); }) }];
    }
    return found.columns.map(function (one, at) {
      var colour = token(LOOKS[one.kind] || PARTS[at % PARTS.length]);
      return { type: draws === "line" ? "line" : "bar", name: one.name, stack: one.stack || undefined, data: found.values[at],
        symbol: SHAPES[at % SHAPES.length], symbolSize: 8, barMaxWidth: 28, itemStyle: { color: colour }, lineStyle: { color: colour } };
    });
  }

  function told(found, draws) {
    return function (one) {
      var at = one.dataIndex, lines = [found.names[at]];
      if (draws === "box") found.columns.forEach(function (column, nth) { lines.push(column.name + " " + found.values[nth][at]); });
      else lines.push(one.seriesName + " " + one.value);
      return lines.join("\n");
    };
  }

  function options(found, draws, look) {
    var size = parseFloat(look.fontSize) * .8125;
    var many = found.columns.length > 1 && draws !== "box", lying = draws === "lying" || draws === "box";
    var words = { fontSize: size, color: token("--ink"), fontFamily: look.fontFamily };
    var names = { type: "category", data: found.names, inverse: lying, axisLabel: Object.assign({ interval: 0, hideOverlap: !lying }, words), axisTick: { show: false } };
    var counts = { type: "value", minInterval: 1, axisLabel: Object.assign({ hideOverlap: true }, words), splitLine: { lineStyle: { color: token("--line") } } };
    return {
      animation: false,
      aria: { enabled: true, label: { enabled: false }, decal: { show: draws !== "box" } },
      textStyle: words,
      legend: { show: many, type: "scroll", top: 0, left: 0, right: 0, textStyle: words },
      grid: { left: 8, right: 24, bottom: 8, top: many ? size * 3 : 8, containLabel: true },
      tooltip: { trigger: "item", renderMode: "richText", confine: true, textStyle: words, formatter: told(found, draws) },
      xAxis: lying ? counts : names, yAxis: lying ? names : counts,
      series: series(found, draws)
    };
  }

  function draw(box) {
    var chart = window.echarts.init(box, null, { renderer: "svg" });
    chart.setOption(options(read(box), box.dataset.draws, getComputedStyle(box)));
  }

  /* --- when ------------------------------------------------------------------ */
  function fetched(then) {
    if (window.echarts) return then();
    if (waiting) return waiting.push(then);
    waiting = [then];
    var script = document.createElement("script");
    script.src = ask.dataset.src;
    script.onload = function () { waiting.forEach(function (one) { one(); }); waiting = null; };
    script.onerror = function () { waiting = null; script.remove(); offer("lost"); };
    document.head.appendChild(script);
  }

  function offer(why) {
    boxes.forEach(function (box) { box.hidden = true; });
    [].forEach.call(ask.querySelectorAll("[data-say]"), function (one) { one.hidden = one.dataset.say !== why; });
    ask.hidden = false;
  }

  function start() {
    ask.hidden = true;
    boxes.forEach(function (box) {
      var rows = box.parentNode.querySelector("tbody").rows.length;
      box.hidden = false;
      if (box.dataset.draws === "lying" || box.dataset.draws === "box") box.style.height = rows * 2.25 + 5 + "rem";
    });
    if (!("IntersectionObserver" in window)) return fetched(function () { boxes.forEach(draw); });
    var seen = new IntersectionObserver(function (entries) {
      entries.filter(function (one) { return one.isIntersecting; }).forEach(function (one) {
        seen.unobserve(one.target);
        fetched(function () { draw(one.target); });
      });
    }, { rootMargin: "200px" });
    boxes.forEach(function (box) { seen.observe(box); });
  }

  var line = navigator.connection || {};
  ask.querySelector("button").addEventListener("click", start);
  if (line.saveData || /2g/.test(line.effectiveType || "")) offer("ask"); else start();

  var soon;
  window.addEventListener("resize", function () {
    clearTimeout(soon);
    soon = setTimeout(function () {
      boxes.forEach(function (box) {
        var chart = window.echarts && window.echarts.getInstanceByDom(box);
        if (chart) chart.resize();
      });
    }, 200);
  });
})();
