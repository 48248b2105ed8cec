/* 手写签名: strokes on a canvas become a small picture in a hidden field. Without it a scan of the
   paper does the same. Pointer events, so pen, finger and mouse are one. */
(function () {
  'use strict';
  [].forEach.call(document.querySelectorAll('[data-pad]'), function (pad) {
    var canvas = pad.querySelector('canvas'), field = document.getElementById(pad.dataset.pad);
    var pen = canvas.getContext('2d'), drawing = false, inked = false;
    pad.hidden = false;
    pen.lineWidth = 4;
    pen.lineCap = pen.lineJoin = 'round';
    function clear() {
      pen.fillStyle = '#fff';
      pen.fillRect(0, 0, canvas.width, canvas.height);
      field.value = '';
      inked = false;
    }
    function at(event) {
      var box = canvas.getBoundingClientRect();
      return [(event.clientX - box.left) * canvas.width / box.width, (event.clientY - box.top) * canvas.height / box.height];
    }
    canvas.addEventListener('pointerdown', function (event) {
      drawing = true;
      canvas.setPointerCapture(event.pointerId);
      var point = at(event);
      pen.beginPath();
      pen.moveTo(point[0], point[1]);
      event.preventDefault();
    });
    canvas.addEventListener('pointermove', function (event) {
      if (!drawing) return;
      var point = at(event);
      pen.lineTo(point[0], point[1]);
      pen.stroke();
      inked = true;
    });
    ['pointerup', 'pointercancel'].forEach(function (name) {
      canvas.addEventListener(name, function () {
        drawing = false;
        if (!inked) return;
        field.value = canvas.toDataURL('image/png');
        field.dispatchEvent(new Event('change', { bubbles: true }));
      });
    });
    pad.querySelector('[data-do=again]').addEventListener('click', clear);
    clear();
  });
})();
