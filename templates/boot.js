(function () {
  "use strict";
  var doc = document, root = doc.documentElement;

  function all(selector, within) { return Array.prototype.slice.call((within || doc).querySelectorAll(selector)); }
  function each(selector, run, within) { all(selector, within).forEach(run); }

  /* Packed text: gzip, 13 bits as two of 93 letters, up to 6 that are left as one
  (report/pack). */
  function bytesOf(text) {
    var n = text.length, out = new Uint8Array((n >> 1) * 13 + (n & 1) * 6 >> 3), bits = 0, have = 0, at = 0;
    function number(i) { var c = text.charCodeAt(i); return c > 60 ? c - 34 : c - 33; }
    for (var i = 0; i < n; i += 2) {
      bits |= (i + 1 < n ? number(i) + 93 * number(i + 1) : number(i)) << have;
      for (have += i + 1 < n ? 13 : 6; have >= 8; have -= 8) {
        out[at++] = bits & 255;
        bits >>>= 8;
      }
    }
    return out;
  }
  function inflate(id) {
    var at = doc.getElementById(id);
    if (!at) return Promise.reject(new Error("no " + id));
    var stream = new Blob([bytesOf(at.textContent)]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).arrayBuffer().then(function (b) { return new Uint8Array(b); });
  }

  function once(make) {
    var made;
    return function () { return made || (made = make()); };
  }

  /* The parts of the page that are opened when asked for: a length, the names,
  ends and pieces as JSON, and numbers of pieces, seven bits a byte; 0 is the
  next of those that occur once. */
  var parts = once(function () {
    if (!doc.getElementById("parts")) return Promise.resolve({has: function () { return false; }});
    return inflate("parts").then(function (b) {
      var n = 4 + new DataView(b.buffer).getUint32(0, true);
      var head = JSON.parse(new TextDecoder().decode(b.subarray(4, n))), at = {};
      head.names.forEach(function (name, i) { at[name] = i; });
      return {
        has: function (name) { return Object.prototype.hasOwnProperty.call(at, name); },
        text: function (name) {
          var i = at[name], once = head.firsts[i], from = n + (i ? head.ends[i - 1] : 0), to = n + head.ends[i], out = [];
          while (from < to) {
            var x = 0, scale = 1, c;
            do { c = b[from++]; x += (c & 127) * scale; scale *= 128; } while (c & 128);
            out.push(x ? head.pieces[x - 1] : head.once[once++]);
          }
          return out.join("");
        }
      };
    });
  });

  /* markup was made when the file was, by the same templates as the rest of it:
  names in it are escaped. */
  function markup(text) { return doc.createRange().createContextualFragment(text); }
  function put(into, made) {
    into.appendChild(made);
    opened(into);
  }

  /* Who can make a page that is nowhere in the file: functions of its name and
  of means, which promise an element or null. */
  var makers = window.pageMakers || [], means = {
    inflate: inflate,
    part: function (name) { return parts().then(function (p) { return p.has(name) ? markup(p.text(name)) : null; }); }
  };
  function make(name) {
    return makers.reduce(function (before, maker) {
      return before.then(function (page) { return page || maker(name, means); });
    }, Promise.resolve(null));
  }

  /* What else is done to a part of the page once it is there. */
  var visitors = [], arrivals = [];
  function opened(part) { visitors.forEach(function (v) { v(part); }); }

  /* Boxes whose content is a part: views of other periods, definitions. */
  function fill(box) {
    var name = box.getAttribute("data-part");
    box.removeAttribute("data-part");
    return parts().then(function (p) { put(box, markup(p.text(name))); });
  }
  function period() {
    each("[data-part]", function (box) { if (box.getClientRects().length) fill(box); });
  }
  each("input[name=period]", function (r) { r.addEventListener("change", period); r.addEventListener("change", fit); });
  doc.addEventListener("toggle", period, true); // a disclosure that opens

  /* Pages by their link. An id within a page starts with the page's and "-". */
  var main = doc.querySelector("main"), first = main.querySelector(".page");
  function find(id) {
    if (!id) return Promise.resolve(first);
    var at = doc.getElementById(id);
    if (at) return Promise.resolve(at.closest(".page") && at);
    var box = id.indexOf("d-") === 0 && doc.querySelector("[data-part=definitions-others]");
    if (box) return fill(box).then(function () { return doc.getElementById(id); });
    return parts().then(function (p) { return within(id, id, p); });
  }

  /* within looks for the page of a name, or of what stands before its last "-". */
  function within(id, name, p) {
    if (!name) return null;
    if (doc.getElementById(name)) return doc.getElementById(name);
    function enter(page) {
      put(main, page);
      return doc.getElementById(id) || doc.getElementById(name);
    }
    var box = all("[data-part]").filter(function (b) { return b.getAttribute("data-part") === name; })[0];
    if (box) return fill(box).then(function () { return doc.getElementById(id) || box; });
    if (p.has(name) && name.slice(-6) !== "-lists") return enter(markup(p.text(name)));
    return make(name).then(function (page) {
      return page ? enter(page) : within(id, name.slice(0, Math.max(0, name.lastIndexOf("-"))), p);
    });
  }

  /* choose switches to the kind of period that a part of the page belongs to. */
  function choose(at) {
    for (; at && at.classList; at = at.parentNode) {
      var kind = /(?:^| )v-(\w+)/.exec(at.getAttribute("class") || ""), radio = kind && doc.getElementById("p-" + kind[1]);
      if (radio) radio.checked = true;
    }
  }

  function show(at) {
    var page = at.closest(".page");
    each(".page.shown", function (p) { if (p !== page) p.classList.remove("shown"); });
    page.classList.add("shown");
    if (at.tagName === "DETAILS") at.open = true;
    choose(at);
    period();
    fit(); // the window may have another size than when the page was last seen
    arrivals.forEach(function (a) { a(page, at); });
    if (at === page) window.scrollTo(0, 0);
    else at.scrollIntoView();
  }

  function route() {
    handy.arrive();
    var id = location.hash.slice(1).split("?")[0];
    try { id = decodeURIComponent(id); } catch (e) { /* no page has such a name */ }
    function missing() {
      doc.getElementById("missing-name").textContent = id;
      show(doc.getElementById("missing"));
    }
    find(id).then(function (at) { if (at) show(at); else missing(); }).catch(missing);
  }

  /* Live charts: every box already holds a drawing made in advance. The library
  is opened when the first of them comes into sight. */
  var live = [];
  var library = once(function () {
    return inflate("library").then(function (b) {
      var s = doc.createElement("script");
      s.textContent = new TextDecoder().decode(b);
      doc.head.appendChild(s);
      return window.echarts;
    });
  });

  var options = once(function () {
    var box = doc.querySelector("[data-part$='-charts']");
    return box ? fill(box) : Promise.resolve();
  });

  function language() {
    var en = doc.getElementById("lang-en");
    return en && en.checked ? "en" : "zh";
  }

  /* Colours are named by token in the options, so that both themes work. */
  function paint(x, css) {
    if (typeof x === "string") return x.indexOf("--") === 0 ? css.getPropertyValue(x).trim() : x;
    if (Array.isArray(x)) return x.map(function (y) { return paint(y, css); });
    if (!x || typeof x !== "object") return x;
    var out = {};
    Object.keys(x).forEach(function (k) { out[k] = paint(x[k], css); });
    return out;
  }

  /* An axis of large numbers is labelled in one unit, that of the largest value. */
  var UNITS = {zh: [[1e8, " 亿"], [1e4, " 万"]], en: [[1e9, "B"], [1e6, "M"], [1e3, "K"]]};
  function label(options, lang) {
    options.yAxis.forEach(function (axis, i) {
      var most = 0;
      options.series.forEach(function (s) {
        if ((s.yAxisIndex || 0) === i) s.data.forEach(function (d) { if (d.value > most) most = d.value; });
      });
      var unit = UNITS[lang].filter(function (u) { return most >= u[0]; })[0];
      if (most >= 1e4 && unit) axis.axisLabel.formatter = function (v) { return v ? +(v / unit[0]).toFixed(3) + unit[1] : "0"; };
    });
    return options;
  }

  function draw(c) {
    var options = label(paint(c.options[language()], getComputedStyle(root)), language());
    if (c.host.clientWidth < 520) options.grid.forEach(function (g) { g.top = 60; }); // the legend has two lines
    c.chart.setOption(options, true);
  }

  function start(box, lib) {
    var data = doc.getElementById(box.getAttribute("data-chart")), host = doc.createElement("div");
    if (!data) return;
    host.className = "live";
    box.appendChild(host);
    try {
      var c = {chart: lib.init(host, null, {renderer: "svg"}), options: JSON.parse(data.textContent), host: host};
      draw(c);
      box.classList.add("on");
      live.push(c);
    } catch (e) {
      box.removeChild(host);
    }
  }

  if ("IntersectionObserver" in window && doc.getElementById("library")) {
    var seen = new IntersectionObserver(function (entries) {
      entries.forEach(function (e) {
        if (!e.isIntersecting) return;
        seen.unobserve(e.target);
        Promise.all([library(), options()]).then(function (got) { start(e.target, got[0]); });
      });
    }, {rootMargin: "100px"});
    visitors.push(function (part) { each("[data-chart]", function (b) { seen.observe(b); }, part); });
  }
  function again() { live.forEach(draw); }
  each("input[name=lang]", function (r) { r.addEventListener("change", again); });
  var dark = window.matchMedia && matchMedia("(prefers-color-scheme: dark)");
  if (dark && dark.addEventListener) dark.addEventListener("change", again);
  function fit() {
    live.forEach(function (c) {
      if (!c.host.clientWidth) return;
      c.chart.resize();
      draw(c);
    });
  }
  window.addEventListener("resize", fit);

  if (!("DecompressionStream" in window)) return; // the page stays as it is without a script
  var handy = pageTools({visitors: visitors, arrivals: arrivals, language: language, inflate: inflate, redraw: again});
  root.classList.add("on");
  opened(doc);
  handy.start();
  window.addEventListener("hashchange", route);
  route();
})();
