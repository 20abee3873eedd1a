/* Sections of areas and teams where there are hundreds: in the file only where
some page has them. levels.js draws the rest of the page, and has the means. */
(function () {
  "use strict";
  var makers = window.pageMakers, kit = makers.kit, add = kit.add, el = kit.el, svg = kit.svg, rect = kit.rect, number = kit.number, printed = kit.printed, NONE = null;

  /* Sections of a unit: rows with a metric of all scopes or a number of the units
  in each cell. */
  makers.sheets = function (head, i) {
    var u = head.row[i], out = document.createDocumentFragment();
    if (u === undefined) return out;
    function at(c) { return c < -1 ? [head.metrics[-2 - c], i] : [c < 0 ? NONE : head.numbers[c], u]; }
    function value(c, k) { return number(at(c)[0], k, at(c)[1]); }
    function cell(c, k) {
      var m = at(c)[0], row = at(c)[1], n = value(c, k), r = m && m.rate, said = "";
      if (n !== NONE && r) {
        var ends = [[r.low, -1], [r.high, 1]].map(function (e) { var d = e[0][k][row]; return d === NONE ? NONE : printed(n + e[1] * d, m.decimals) + m.after; });
        said = (ends[0] === NONE ? ends[1] === NONE ? "" : "≤ " + ends[1] : ends[1] === NONE ? "≥ " + ends[0] : ends.join("–")) + (ends[0] || ends[1] ? " · " : "") + "n=" + printed(r.n[k][row], 0);
        said = el("small", {}, said, r.n[k][row] < 5 ? ["，太少", ", too few"] : "");
      }
      return el("td", {}, n === NONE ? kit.dash : kit.shown(m, n), n !== NONE && !head.kinds[k].running && kit.open(m, k, row) ? el("i", {"class": "mk"}, "◦") : NONE, said);
    }
    /* parts is a bar of the rows. */
    function parts(rows, k, title) {
      var sum = 0, x = 0, g = svg("svg", {"class": "stk", viewBox: "0 0 600 18", preserveAspectRatio: "none", role: "img", "aria-label": title.join(" / ")}), legend = el("p", {"class": "legend"});
      rows.forEach(function (r) { sum += Math.max(0, value(r.cells[0], k)); });
      rows.forEach(function (r, n) {
        var w = Math.max(0, value(r.cells[0], k)) / sum * 600, of = ["f-s2", "f-a1", "f-a2", "f-a3", "f-a4"][n] || "f-bad";
        g.appendChild(rect(of, x, 0, w, 18));
        x += w;
        add(legend, [el("span", {}, svg("svg", {viewBox: "0 0 10 10", "aria-hidden": "true"}, rect(of, 0, 0, 10, 10)), r.title)]);
      });
      return sum ? el("figure", {}, legend, el("div", {"class": "plot"}, g)) : NONE;
    }
    (head.sheets || []).forEach(function (s) {
      var box = kit.card("wide", s.title, s.sub), any = false;
      head.kinds.forEach(function (kind, k) {
        var view = el("div", {"class": "v-" + kind.kind + " cols"});
        s.tables.forEach(function (t, place) {
          var rows = t.rows.filter(function (r) { return r.cells.some(function (c) { return value(c, k) !== NONE; }); });
          var used = t.heads.map(function (h, n) { return !n || rows.some(function (r) { return value(r.cells[n - 1], k) !== NONE; }); });
          if (!rows.length) return;
          var made = kit.table(t.heads.map(function (h) { return {text: h}; }).filter(function (h, n) { return used[n]; }), kind.running), mark = place || !s.marks[k] ? NONE : s.marks[k][u];
          if (t.caption[0]) made.box.firstChild.insertBefore(el("caption", {}, t.caption), made.box.firstChild.firstChild);
          rows.forEach(function (r) {
            var its = mark !== NONE && t.rows.indexOf(r) === mark >> 1;
            made.body.appendChild(add(el("tr", {"class": its ? ["low", "hot"][mark & 1] : NONE}, el("th", {scope: "row"}, r.metric ? el("a", {href: "#d-" + r.metric}, r.title) : r.title)),
              r.cells.filter(function (c, n) { return used[n + 1]; }).map(function (c) { return cell(c, k); })));
          });
          add(view, [t.bar ? parts(rows, k, t.caption) : NONE, made.box]);
          any = true;
        });
        box.appendChild(view);
      });
      if (any) out.appendChild(box);
    });
    return out;
  };
})();
