/* The sums of an income statement as it is typed. The server has summed it up and does so again
   when it is saved; this only shows the same beforehand, in whole 分. */
(function () {
  "use strict";
  var form = document.getElementById("statement");
  if (!form) return;
  var persons = +form.dataset.persons;

  function all(selector, within) { return [].slice.call((within || form).querySelectorAll(selector)); }
  function fen(text) {
    var plain = text.replace(/[,\s元]/g, "");
    return /^\d+(\.\d{1,2})?$/.test(plain) ? Math.round(parseFloat(plain) * 100) : 0;
  }
  function yuan(sum) {
    var parts = (Math.abs(sum) / 100).toFixed(2).split(".");
    return (sum < 0 ? "-" : "") + parts[0].replace(/\B(?=(\d{3})+$)/g, ",") + "." + parts[1];
  }
  function show(name, text) {
    all("[data-sum=" + name + "]").forEach(function (one) { one.textContent = text; });
  }

  form.addEventListener("input", function () {
    var sums = { gross: 0, cost: 0, left: 0 };
    all("[data-side]").forEach(function (group) {
      var total = all("tbody tr", group).reduce(function (sum, row) {
        var item = row.querySelector("select"), amount = row.querySelector("[data-amount]");
        return sum + (item.value ? fen(amount.value) : 0);
      }, 0);
      sums[group.dataset.side] = total;
      group.querySelector("[data-total]").textContent = yuan(total);
    });
    var net = sums.gross - sums.cost;
    show("gross", yuan(sums.gross));
    show("cost", yuan(sums.cost));
    show("left", yuan(sums.left));
    show("net", yuan(net));
    show("head", persons ? yuan(Math.round(net / persons)) : "—");
  });
})();
