/* What could not be sent is not lost: a form with data-draft is put down on this device, files and
   all, before it goes out under a key of its own; what the line or a closed browser cut off goes out
   again under the same key, and the server takes it once. Without this the same form is a plain one.
   Whoever presses a button with data-ask only asks. Works on plain http. */
(function () {
  'use strict';
  var box = document.getElementById('outbox');
  if (!window.indexedDB || !window.fetch || !box) return;
  var words = box.dataset, mine = words.user, EVERY = 30000, KEEP = 14 * 24 * 3600 * 1000;
  var store, busy = false, here = {}; /* key → the form of this page it was sent from */

  function table(mode) { return store.transaction('outbox', mode).objectStore('outbox'); }
  function put(one, done) { table('readwrite').put(one).onsuccess = done || tally; }
  function drop(one, done) { table('readwrite').delete(one.key).onsuccess = done || tally; }
  function own(done) {
    table('readonly').getAll().onsuccess = function (event) {
      done(event.target.result.filter(function (one) { return one.user === mine; }));
    };
  }
  function key() {
    return [].map.call(crypto.getRandomValues(new Uint8Array(16)), function (byte) { return ('0' + byte.toString(16)).slice(-2); }).join('');
  }
  function clock(when) { var d = new Date(when); return ('0' + d.getHours()).slice(-2) + ':' + ('0' + d.getMinutes()).slice(-2); }
  function filled(text, one) { return text.replace('{what}', one.what).replace('{at}', clock(one.at)); }

  /* --- what stands --------------------------------------------------------- */
  function say(one, word) {
    var form = here[one.key], line = form && form.querySelector('[data-save]');
    if (line && line.dataset[word]) line.textContent = filled(line.dataset[word], one);
    if (form && word !== 'sending') [].forEach.call(form.querySelectorAll('button'), function (button) { button.disabled = false; });
  }
  function button(word, act) {
    var made = document.createElement('button');
    made.type = 'button';
    made.className = 'btn btn-sm';
    made.textContent = words[word];
    made.addEventListener('click', act);
    return made;
  }
  function tally() {
    own(function (all) {
      box.textContent = '';
      box.hidden = !all.length;
      all.forEach(function (one) {
        var row = document.createElement('p'), link = document.createElement('a');
        row.textContent = filled(words[one.stuck === 401 ? 'out' : one.stuck ? 'stuck' : 'waits'], one) + (one.stuck && one.why ? '(' + one.why + ') ' : ' ');
        row.dataset.state = one.stuck ? 'stuck' : 'waits';
        link.href = one.url;
        link.textContent = words.open;
        row.appendChild(link);
        if (one.stuck) {
          row.appendChild(button('again', function () { one.stuck = 0; put(one, flush); }));
          row.appendChild(button('drop', function () { drop(one); }));
        }
        box.appendChild(row);
      });
    });
  }

  /* --- leaving: what stays on a shared computer is said first ---------------- */
  document.addEventListener('submit', function (event) {
    var form = event.target;
    if (!store || !/\/logout\/$/.test(form.action)) return;
    event.preventDefault();
    own(function (all) {
      function leave() { form.submit(); }
      if (!all.length) return leave();
      var row = document.createElement('p'), left = all.length;
      row.textContent = words.leaving.replace('{n}', all.length) + ' ';
      row.appendChild(button('leave', leave));
      row.appendChild(button('wipe', function () {
        all.forEach(function (one) { drop(one, function () { if (!--left) leave(); }); });
      }));
      box.insertBefore(row, box.firstChild);
      box.hidden = false;
      row.querySelector('button').focus();
    });
  });

  /* --- sending --------------------------------------------------------------- */
  function send(one, pressed, done) {
    var body = new FormData(), token = document.querySelector('[name=csrfmiddlewaretoken]');
    if (token) body.append('csrfmiddlewaretoken', token.value);
    one.fields.forEach(function (field) {
      if (field[1] instanceof Blob) body.append(field[0], field[1], field[1].name); else body.append(field[0], field[1]);
    });
    say(one, 'sending');
    fetch(one.url, { method: 'POST', body: body, headers: { 'Idempotency-Key': one.key }, credentials: 'same-origin' }).then(function (answer) {
      var to = answer.headers.get('X-Taken');
      if (to) return drop(one, function () { if (here[one.key]) location.assign(to); else tally(); done(); });
      if (answer.status >= 500 || answer.status === 429) throw answer;
      if (pressed && /^(200|409|422)$/.test(answer.status)) return answer.text().then(function (page) { drop(one, function () { show(page); }); });
      return answer.text().then(function (page) {
        one.stuck = answer.status;
        one.why = reason(page);
        say(one, 'failed');
        put(one, function () { tally(); done(); });
      });
    }).catch(function () {
      say(one, 'kept');
      tally();
      done();
    });
  }
  function reason(page) {
    var told = new DOMParser().parseFromString(page, 'text/html').querySelector('.error-summary li, main h1');
    return told ? told.textContent : '';
  }
  function show(page) {
    clearInterval(window.outboxTimer);
    document.open();
    document.write(page);
    document.close();
  }
  function flush() {
    if (busy || !store) return;
    busy = true;
    own(function (all) {
      var due = all.filter(function (one) { return !one.stuck || one.stuck === 401; });
      (function next() {
        var one = due.shift();
        if (one) send(one, false, next); else busy = false;
      })();
    });
  }

  function fields(form, pressed) {
    var found = [];
    new FormData(form).forEach(function (value, name) {
      if (name !== 'csrfmiddlewaretoken' && !(value instanceof Blob && !value.name)) found.push([name, value]);
    });
    if (pressed && pressed.name) found.push([pressed.name, pressed.value]);
    return found;
  }
  function written(all) {
    return JSON.stringify(all.map(function (one) { return one[1] instanceof Blob ? [one[0], one[1].name, one[1].size, one[1].lastModified] : one; }));
  }
  document.addEventListener('submit', function (event) {
    var form = event.target, pressed = event.submitter || document.activeElement;
    if (pressed && pressed.form !== form) pressed = null;
    if (!store || event.defaultPrevented || !form.dataset.draft || form.method !== 'post' || (pressed && 'ask' in pressed.dataset)) return;
    event.preventDefault();
    var one = { key: key(), user: mine, url: (pressed && pressed.hasAttribute('formaction') ? pressed.formAction : form.action) || location.href, what: document.querySelector('h1').textContent, at: Date.now(), stuck: 0, fields: fields(form, pressed) };
    var before = Object.keys(here).filter(function (at) { return here[at] === form; })[0];
    function out() {
      here[one.key] = form;
      [].forEach.call(form.querySelectorAll('button'), function (each) { each.disabled = true; });
      busy = true;
      put(one, function () { send(one, true, function () { busy = false; }); });
    }
    if (!before) return out();
    /* pressed again: the same words are the same sending, others take its place */
    table('readonly').get(before).onsuccess = function (got) {
      var old = got.target.result;
      if (old && written(old.fields) === written(one.fields)) { one.key = old.key; return out(); }
      delete here[before];
      if (old) drop(old, out); else out();
    };
  });

  var asked = indexedDB.open('exitcase-outbox', 1);
  asked.onupgradeneeded = function () { asked.result.createObjectStore('outbox', { keyPath: 'key' }); };
  asked.onsuccess = function () {
    store = asked.result;
    own(function (all) {
      all.forEach(function (one) { if (Date.now() - one.at > KEEP) drop(one); });
      tally();
      flush();
    });
    window.addEventListener('online', flush);
    window.addEventListener('focus', flush);
    window.outboxTimer = setInterval(flush, EVERY);
  };
})();
