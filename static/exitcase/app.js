/* Of every page: keys, the bulk bar, and what htmx says when the line is down. Chromium 86.
   Nothing here is needed: each key has a visible button, each form is a plain one. */
(function () {
  "use strict";
  var root = document.documentElement, words = document.body.dataset;

  function all(selector, within) { return [].slice.call((within || document).querySelectorAll(selector)); }
  function typing(at) { return /^(INPUT|SELECT|TEXTAREA)$/.test(at.tagName) && at.type !== "checkbox" || at.isContentEditable; }

  /* what went wrong is read first: focus goes to it, each of its lines leads to its field */
  var summary = document.querySelector(".error-summary");
  if (summary) summary.focus();

  /* buttons that only a script can serve are shown by one */
  all("[data-script]").forEach(function (one) { one.hidden = false; });
  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-do=print]")) window.print();
  });

  /* --- the bulk bar counts ------------------------------------------------ */
  function tally(form) {
    var boxes = all("input[type=checkbox][name=cases]", form);
    var picked = boxes.filter(function (box) { return box.checked; }).length;
    all("[data-picked]", form).forEach(function (one) { one.textContent = picked; });
    var whole = form.querySelector("[data-all]");
    if (whole) { whole.checked = picked > 0 && picked === boxes.length; whole.indeterminate = picked > 0 && picked < boxes.length; }
  }
  all("form[data-bulk]").forEach(tally);
  document.addEventListener("change", function (event) {
    var form = event.target.closest("form[data-bulk]");
    if (!form) return;
    if (event.target.matches("[data-all]")) {
      all("input[type=checkbox][name=cases]", form).forEach(function (box) { box.checked = event.target.checked; });
    }
    tally(form);
  });

  /* --- keys ---------------------------------------------------------------- */
  function rows() { return all("[data-rows] > *, table.list > tbody > tr").filter(function (row) { return row.querySelector("a[href]"); }); }
  function step(by) {
    var list = rows(), here = list.findIndex(function (row) { return row.contains(document.activeElement); });
    var next = list[Math.max(0, Math.min(list.length - 1, here + by))];
    if (next) next.querySelector("a[href]").focus();
  }
  function tick() {
    var row = rows().filter(function (one) { return one.contains(document.activeElement); })[0];
    var box = row && row.querySelector("input[type=checkbox]");
    if (box) box.click();
  }
  function go(key) {
    var link = document.querySelector("[data-key='" + key + "']");
    if (link) link.click();
  }
  function find() {
    var box = all("input[type=search]").filter(function (one) { return one.offsetParent; })[0];
    if (box) { box.focus(); box.select(); } else go("find");
  }

  var acts = { "/": find, "?": function () { go("keys"); }, j: step.bind(null, 1), k: step.bind(null, -1), x: tick };
  var leader = false;
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      all("details.menu[open]").forEach(function (one) { one.open = false; one.querySelector("summary").focus(); });
      return;
    }
    if (root.dataset.keys === "off" || typing(event.target) || event.ctrlKey || event.altKey || event.metaKey) return;
    var followed = leader;
    leader = event.key === "g" && !followed;
    if (followed) return go(event.key);
    if (acts[event.key]) { event.preventDefault(); acts[event.key](); }
  });
  document.addEventListener("click", function (event) {
    all("details.menu[open]").forEach(function (one) { if (!one.contains(event.target)) one.open = false; });
  });

  /* --- htmx: a lost line is said, and nothing typed is touched --------------- */
  function say(text) {
    var live = document.getElementById("live");
    if (live) { live.textContent = text; live.hidden = !text; }
  }
  document.addEventListener("htmx:sendError", function () { say(words.offline); });
  document.addEventListener("htmx:timeout", function () { say(words.offline); });
  document.addEventListener("htmx:responseError", function () { say(words.failed); });
  document.addEventListener("htmx:afterOnLoad", function () { say(""); });
})();
