/* The grid of votes: exceptions are typed, the rest fills itself. The server has rendered every
   row's state; this only reacts. Without it the same form is filled in by hand. */
(function () {
  'use strict';
  var grid = document.getElementById('grid');
  if (!grid) return;
  var present = +grid.dataset.present, least = +grid.dataset.rule;
  var rows = [].slice.call(grid.tBodies[0].rows), live = document.getElementById('grid-live');
  document.querySelector('.chips').hidden = false;
  grid.classList.add('folds'); /* on a phone a household that is done takes one line */
  rows.forEach(function (row) {
    [].forEach.call(row.querySelectorAll('[data-do]'), function (button) { button.hidden = false; });
  });

  function cells(row) {
    var inputs = row.querySelectorAll('.vote');
    return { yes: inputs[0], no: inputs[1], abstained: inputs[2], recused: inputs[3] };
  }
  function number(input) { return input.value.trim() === '' ? null : +input.value; }
  function due(cell) { return present - (number(cell.recused) || 0); }

  function judge(row, from) {
    var cell = cells(row), state = 'todo', said = '';
    /* 只录例外 */
    if (from && from !== cell.yes && (cell.yes.value === '' || cell.yes.hasAttribute('data-auto')) &&
        (number(cell.no) !== null || number(cell.abstained) !== null)) {
      cell.yes.value = Math.max(0, due(cell) - (number(cell.no) || 0) - (number(cell.abstained) || 0));
      cell.yes.setAttribute('data-auto', '');
    }
    if (from === cell.yes) cell.yes.removeAttribute('data-auto');
    var entered = [cell.yes, cell.no, cell.abstained].some(function (one) { return one.value !== ''; });
    var sum = (number(cell.yes) || 0) + (number(cell.no) || 0) + (number(cell.abstained) || 0);
    if (entered) {
      if (sum !== due(cell)) {
        state = 'bad';
        said = grid.dataset.wordsDue.replace('{total}', sum).replace('{due}', due(cell));
      } else state = cell.yes.value !== '' && +cell.yes.value >= least ? 'done' : 'no';
    }
    row.setAttribute('data-state', state);
    row.querySelector('.sum').textContent = entered ? sum : '—';
    row.querySelector('.cell-res .tag').textContent = grid.getAttribute('data-words-' + state);
    var error = row.querySelector('.rowerr');
    error.textContent = said;
    error.hidden = !said;
    [cell.yes, cell.no, cell.abstained].forEach(function (one) {
      if (said) one.setAttribute('aria-invalid', 'true'); else one.removeAttribute('aria-invalid');
    });
  }

  function tally() {
    var counts = { done: 0, no: 0, bad: 0, todo: 0 };
    rows.forEach(function (row) { counts[row.dataset.state] += 1; });
    document.getElementById('bar').value = counts.done + counts.no;
    document.getElementById('bar-n').textContent = counts.done + counts.no + ' / ' + rows.length;
    Object.keys(counts).forEach(function (state) {
      document.querySelector('[data-count=' + state + ']').textContent = counts[state];
    });
  }

  function all(row) {
    var cell = cells(row), next = rows[rows.indexOf(row) + 1];
    cell.yes.value = due(cell);
    cell.no.value = cell.abstained.value = 0;
    cell.yes.removeAttribute('data-auto');
    judge(row);
    tally();
    live.textContent = row.dataset.name + ' ' + grid.dataset.wordsAll;
    cell.yes.dispatchEvent(new Event('change', { bubbles: true }));
    if (next) cells(next).yes.focus(); else document.querySelector('.savebar .btn-primary').focus();
  }

  /* the row in hand: it stays open on a phone */
  function hold(row) {
    rows.forEach(function (one) { one.classList.toggle('now', one === row); });
  }

  grid.addEventListener('input', function (event) {
    if (!event.target.classList.contains('vote')) return;
    event.target.value = event.target.value.replace(/\D/g, '').slice(0, 4);
    judge(event.target.closest('tr'), event.target);
    tally();
  });
  grid.addEventListener('click', function (event) {
    var button = event.target.closest('[data-do]'), row = button && button.closest('tr');
    if (!button) return;
    hold(row);
    if (button.dataset.do === 'all') all(row); else cells(row).yes.focus();
  });
  grid.addEventListener('focusin', function (event) {
    hold(event.target.closest('tr'));
    if (event.target.select) event.target.select();
  });
  grid.addEventListener('keydown', function (event) {
    var input = event.target;
    if (!input.classList.contains('vote')) return;
    var row = input.closest('tr'), at = rows.indexOf(row);
    var inputs = [].slice.call(row.querySelectorAll('.vote')), column = inputs.indexOf(input), to;
    if (event.key === '=') { event.preventDefault(); all(row); return; }
    if (event.key === 'ArrowDown' || (event.key === 'Enter' && !event.shiftKey && !event.ctrlKey)) to = rows[at + 1];
    if (event.key === 'ArrowUp' || (event.key === 'Enter' && event.shiftKey)) to = rows[at - 1];
    if (to) to = to.querySelectorAll('.vote')[column];
    if (event.key === 'ArrowRight') to = inputs[column + 1];
    if (event.key === 'ArrowLeft') to = inputs[column - 1];
    if (to) to.focus();
    if (to || (event.key === 'Enter' && !event.ctrlKey)) event.preventDefault();
    if (event.key === 'Enter' && event.ctrlKey) grid.closest('form').requestSubmit ? grid.closest('form').requestSubmit() : grid.closest('form').submit();
  });
  document.querySelector('.chips').addEventListener('click', function (event) {
    var chip = event.target.closest('.chip');
    if (!chip) return;
    [].forEach.call(this.children, function (one) { one.setAttribute('aria-pressed', one === chip); });
    rows.forEach(function (row) { row.hidden = chip.dataset.f !== 'all' && chip.dataset.f !== row.dataset.state; });
  });
  /* a draft that came back speaks through `change` */
  grid.closest('form').addEventListener('draft', function () { rows.forEach(function (row) { judge(row); }); tally(); });
})();
