/* What is typed survives a lost line and a closed browser: each form with data-draft is kept on
   this device half a second after a change, offered again when the page is opened, and forgotten
   when the server has taken it. Passwords, tokens and files are not kept. Works on plain http. */
(function () {
  'use strict';
  var form = document.querySelector('form[data-draft]'), taken = document.querySelector('[data-taken]');
  if (!window.indexedDB || (!form && !taken)) return;
  var key = form && form.dataset.draft, said = form && form.querySelector('[data-save]');
  var words = said ? said.dataset : {}, timer, store;
  var KEEP = 14 * 24 * 3600 * 1000;

  function tell(text) { if (said) said.textContent = text; }
  function open(done) {
    var asked = indexedDB.open('exitcase', 1);
    asked.onupgradeneeded = function () { asked.result.createObjectStore('drafts'); };
    asked.onsuccess = function () { done(asked.result); };
  }
  function table(mode) { return store.transaction('drafts', mode).objectStore('drafts'); }
  function clock(when) { var d = new Date(when); return ('0' + d.getHours()).slice(-2) + ':' + ('0' + d.getMinutes()).slice(-2); }
  function kept(one) { return one.name && !/^(csrfmiddlewaretoken|version|stage|draft)$/.test(one.name) && !/^(file|password|submit|button)$/.test(one.type); }
  function values() {
    var found = {};
    [].forEach.call(form.elements, function (one) {
      if (!kept(one)) return;
      if (one.type === 'checkbox' || one.type === 'radio') found[one.name + '=' + one.value] = one.checked;
      else found[one.name] = one.value;
    });
    return found;
  }
  function fill(found) {
    [].forEach.call(form.elements, function (one) {
      if (!kept(one)) return;
      var name = one.type === 'checkbox' || one.type === 'radio' ? one.name + '=' + one.value : one.name;
      if (!(name in found)) return;
      if (one.type === 'checkbox' || one.type === 'radio') one.checked = found[name]; else one.value = found[name];
    });
    form.dispatchEvent(new Event('draft'));
  }
  function same(a, b) { return JSON.stringify(a) === JSON.stringify(b); }
  function save() {
    table('readwrite').put({ at: Date.now(), base: form.dataset.base, values: values() }, key).onsuccess = function () {
      tell((navigator.onLine ? words.saved : words.offline).replace('{at}', clock(Date.now())));
    };
  }
  function later() { clearTimeout(timer); timer = setTimeout(save, 500); }

  function offer(draft) {
    var box = document.createElement('div'), text = document.createElement('p');
    box.className = 'notice';
    text.textContent = (draft.base === form.dataset.base ? words.found : words.old).replace('{at}', new Date(draft.at).toLocaleString());
    box.appendChild(text);
    [['take', function () { fill(draft.values); save(); }], ['drop', function () { table('readwrite').delete(key); }]].forEach(function (one) {
      var button = document.createElement('button');
      button.type = 'button';
      button.className = 'btn btn-sm';
      button.dataset.draft = one[0];
      button.textContent = words[one[0]];
      button.addEventListener('click', function () { one[1](); box.remove(); });
      box.appendChild(button);
    });
    form.parentNode.insertBefore(box, form);
  }

  open(function (database) {
    store = database;
    if (taken) table('readwrite').delete(taken.dataset.taken);
    if (!form) return;
    var blank = values();
    table('readonly').get(key).onsuccess = function (event) {
      var draft = event.target.result;
      if (!draft || same(draft.values, blank)) return;
      if (Date.now() - draft.at > KEEP) table('readwrite').delete(key); else offer(draft);
    };
    form.addEventListener('input', later);
    form.addEventListener('change', later);
    window.addEventListener('offline', later);
  });
})();
