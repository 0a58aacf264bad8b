/// What a page does beyond being read: it shows the figures of the bucket that is pointed at, which it takes from
/// the table. It writes text only, never tags.
enum PageScript {
  static let text = """
    (function () {
      'use strict';
      var plots = document.getElementById('plots');
      var table = document.getElementById('buckets');
      if (!plots || !table) return;
      var line = document.getElementById('line');
      var tip = document.getElementById('tip');
      var heads = Array.from(table.tHead.rows[0].cells, function (cell) { return cell.textContent; });
      var rows = table.tBodies[0].rows;
      var current = -1;
      document.getElementById('help').hidden = false;

      function hide() {
        current = -1;
        line.hidden = tip.hidden = true;
      }

      function show(bucket, top) {
        current = Math.max(0, Math.min(rows.length - 1, bucket));
        var cells = rows[current].cells;
        var start = BigInt(cells[0].textContent);
        var end = start + BigInt(cells[1].textContent) - 1n;
        var title = document.createElement('b');
        title.textContent = 'bytes ' + start + ' to ' + end;
        tip.replaceChildren(title);
        for (var i = 2; i < cells.length; i++) {
          var row = document.createElement('div');
          [heads[i], cells[i].textContent].forEach(function (text) {
            var part = document.createElement('span');
            part.textContent = text;
            row.append(part, ' ');
          });
          tip.append(row);
        }
        line.hidden = tip.hidden = false;
        var width = plots.clientWidth;
        var x = (current + 0.5) / rows.length * width;
        line.style.left = x + 'px';
        var room = tip.offsetWidth + 14;
        var left = x + room <= width ? x + 14 : x - room;
        tip.style.left = Math.max(0, Math.min(width - tip.offsetWidth, left)) + 'px';
        tip.style.top = Math.max(0, Math.min(plots.clientHeight - tip.offsetHeight, top)) + 'px';
      }

      function follow(event) {
        var box = plots.getBoundingClientRect();
        show(Math.floor((event.clientX - box.left) / box.width * rows.length),
          event.clientY - box.top + 14);
      }

      plots.addEventListener('pointermove', follow);
      plots.addEventListener('pointerdown', follow);
      plots.addEventListener('pointerleave', function (event) {
        if (event.pointerType === 'mouse') hide();
      });
      plots.addEventListener('blur', hide);
      plots.addEventListener('keydown', function (event) {
        var far = Math.max(1, Math.round(rows.length / 16));
        var steps = { ArrowLeft: -1, ArrowRight: 1, PageUp: -far, PageDown: far };
        var next;
        if (event.key === 'Escape') return hide();
        if (event.key === 'Home') next = 0;
        else if (event.key === 'End') next = rows.length - 1;
        else if (event.key in steps) next = current < 0 ? 0 : current + steps[event.key];
        else return;
        event.preventDefault();
        show(next, 0);
      });
      window.addEventListener('resize', hide);
    })();
    """
}
