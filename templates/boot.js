(function () {
  "use strict";
  var doc = document, root = doc.documentElement;

  function all(selector, within) { return Array.prototype.slice.call((within || doc).querySelectorAll(selector)); }
  function each(selector, run, within) { all(selector, within).forEach(run); }

  /* Packed text: base64 of gzip (report/pack). */
  function inflate(id) {
    var at = doc.getElementById(id);
    if (!at) return Promise.reject(new Error("no " + id));
    var raw = atob(at.textContent), bytes = new Uint8Array(raw.length);
    for (var i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
    var stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).arrayBuffer().then(function (b) { return new Uint8Array(b); });
  }

  function once(make) {
    var made;
    return function () { return made || (made = make()); };
  }

  /* The parts of the page that are opened when asked for: a length, the names,
  ends and pieces as JSON, and numbers of pieces, seven bits a byte. */
  var parts = once(function () {
    return inflate("parts").then(function (b) {
      var n = 4 + new DataView(b.buffer).getUint32(0, true);
      var head = JSON.parse(new TextDecoder().decode(b.subarray(4, n))), at = {};
      head.names.forEach(function (name, i) { at[name] = i; });
      return {
        has: function (name) { return Object.prototype.hasOwnProperty.call(at, name); },
        text: function (name) {
          var i = at[name], from = n + (i ? head.ends[i - 1] : 0), to = n + head.ends[i], out = [];
          while (from < to) {
            var x = 0, scale = 1, c;
            do { c = b[from++]; x += (c & 127) * scale; scale *= 128; } while (c & 128);
            out.push(head.pieces[x]);
          }
          return out.join("");
        }
      };
    });
  });

  /* put adds markup that was made when the file was, by the same templates as
  the rest of it: names in it are escaped. */
  function put(into, text) {
    var made = doc.createRange().createContextualFragment(text);
    into.appendChild(made);
    opened(into);
  }

  /* What else is done to a part of the page once it is there. */
  var visitors = [], arrivals = [];
  function opened(part) { visitors.forEach(function (v) { v(part); }); }

  /* Boxes whose content is a part: views of other periods, definitions. */
  function fill(box) {
    var name = box.getAttribute("data-part");
    box.removeAttribute("data-part");
    return parts().then(function (p) { put(box, p.text(name)); });
  }
  function period() {
    each("[data-part]", function (box) { if (box.getClientRects().length) fill(box); });
  }
  each("input[name=period]", function (r) { r.addEventListener("change", period); });

  /* Pages by their link. An id within a page starts with the page's and "-". */
  var main = doc.querySelector("main"), first = main.querySelector(".page");
  function find(id) {
    if (!id) return Promise.resolve(first);
    var at = doc.getElementById(id);
    if (at) return Promise.resolve(at);
    if (!doc.getElementById("parts")) return Promise.resolve(null);
    var box = id.indexOf("d-") === 0 && doc.querySelector("[data-part=definitions-others]");
    if (box) return fill(box).then(function () { return doc.getElementById(id); });
    return parts().then(function (p) {
      for (var name = id; name; name = name.slice(0, Math.max(0, name.lastIndexOf("-")))) {
        if (p.has(name) && !doc.getElementById(name)) {
          var view = doc.querySelector('[data-part="' + name + '"]');
          if (view) return fill(view).then(function () { return doc.getElementById(id); });
          put(main, p.text(name));
          break;
        }
      }
      return doc.getElementById(id) || doc.getElementById(name);
    });
  }

  function show(at) {
    var page = at && at.closest(".page") || first;
    each(".page.shown", function (p) { if (p !== page) p.classList.remove("shown"); });
    page.classList.add("shown");
    var view = at && at.closest(".view"), kind = view && /\bv-(\w+)/.exec(view.className);
    if (kind) doc.getElementById("p-" + kind[1]).checked = true;
    period();
    arrivals.forEach(function (a) { a(page, at); });
    if (!at || at === page) window.scrollTo(0, 0);
    else at.scrollIntoView();
  }

  function route() {
    var id = "";
    handy.arrive();
    try { id = decodeURIComponent(location.hash.slice(1).split("?")[0]); } catch (e) { /* no page has such a name */ }
    find(id).then(show, function () { show(null); });
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

  function draw(c) { c.chart.setOption(paint(c.options[language()], getComputedStyle(root)), true); }

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
        library().then(function (lib) { start(e.target, lib); });
      });
    }, {rootMargin: "100px"});
    visitors.push(function (part) { each("[data-chart]", function (b) { seen.observe(b); }, part); });
  }
  function again() { live.forEach(draw); }
  each("input[name=lang]", function (r) { r.addEventListener("change", again); });
  var dark = window.matchMedia && matchMedia("(prefers-color-scheme: dark)");
  if (dark && dark.addEventListener) dark.addEventListener("change", again);
  window.addEventListener("resize", function () {
    live.forEach(function (c) { if (c.host.clientWidth) c.chart.resize(); });
  });

  if (!("DecompressionStream" in window)) return; // the page stays as it is without a script
  var handy = pageTools({visitors: visitors, arrivals: arrivals, language: language, inflate: inflate, redraw: again});
  root.classList.add("on");
  opened(doc);
  handy.start();
  window.addEventListener("hashchange", route);
  route();
})();
