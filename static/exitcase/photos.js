/* Photos are made smaller before they are sent: long edge 1600, JPEG .75. One taken after another
   joins those before it. Without it the camera's own files go up, which takes longer. */
(function () {
  'use strict';
  var EDGE = 1600, QUALITY = 0.75, SMALL = 300 * 1024;
  if (!window.DataTransfer || !HTMLCanvasElement.prototype.toBlob) return;

  function smaller(file, done) {
    var picture = new Image(), url = URL.createObjectURL(file);
    picture.onerror = function () { URL.revokeObjectURL(url); done(file); };
    picture.onload = function () {
      var share = Math.min(1, EDGE / Math.max(picture.naturalWidth, picture.naturalHeight));
      if (share === 1 && file.size <= SMALL) { URL.revokeObjectURL(url); return done(file); }
      var canvas = document.createElement('canvas');
      canvas.width = Math.round(picture.naturalWidth * share);
      canvas.height = Math.round(picture.naturalHeight * share);
      canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
      URL.revokeObjectURL(url);
      canvas.toBlob(function (blob) {
        if (!blob || blob.size >= file.size) return done(file);
        done(new File([blob], file.name.replace(/\.\w+$/, '') + '.jpg', { type: 'image/jpeg', lastModified: file.lastModified }));
      }, 'image/jpeg', QUALITY);
    };
    picture.src = url;
  }

  [].forEach.call(document.querySelectorAll('input[data-shrink]'), function (input) {
    var told = document.querySelector('[data-shrunk="' + input.id + '"]'), kept = [], own = false;
    function show() {
      var all = new DataTransfer(), bytes = 0;
      kept.forEach(function (file) { all.items.add(file); bytes += file.size; });
      own = true;
      input.files = all.files;
      own = false;
      if (!told) return;
      told.textContent = kept.length ? told.dataset.words.replace('{n}', kept.length).replace('{kb}', Math.ceil(bytes / 1024)) + ' ' : '';
      if (!kept.length) return;
      var again = document.createElement('button');
      again.type = 'button';
      again.className = 'btn btn-sm';
      again.textContent = told.dataset.again;
      again.addEventListener('click', function () { kept = []; show(); input.focus(); });
      told.appendChild(again);
    }
    input.addEventListener('change', function () {
      if (own) return;
      var fresh = [].slice.call(input.files), left = fresh.length;
      fresh.forEach(function (file, at) {
        smaller(file, function (made) {
          fresh[at] = made;
          if (!--left) { kept = kept.concat(fresh); show(); }
        });
      });
    });
  });
})();
