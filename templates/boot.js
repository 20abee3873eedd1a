(function () {
  "use strict";
  // Charts are an extra: every box already holds a drawing made in advance.
  var lib = window.echarts, doc = document, live = [];
  if (!lib || !("IntersectionObserver" in window)) return;

  function language() {
    var en = doc.getElementById("lang-en");
    return en && en.checked ? "en" : "zh";
  }

  // Colours are named by token in the options, so that both themes work.
  function paint(x, css) {
    if (typeof x === "string") {
      return x.indexOf("--") === 0 ? css.getPropertyValue(x).trim() : x;
    }
    if (Array.isArray(x)) return x.map(function (y) { return paint(y, css); });
    if (x && typeof x === "object") {
      var out = {};
      Object.keys(x).forEach(function (k) { out[k] = paint(x[k], css); });
      return out;
    }
    return x;
  }

  function show(c) {
    c.chart.setOption(paint(c.options[language()], getComputedStyle(doc.documentElement)), true);
  }

  function start(box) {
    var data = doc.getElementById(box.getAttribute("data-chart"));
    if (!data) return;
    var c;
    try {
      var host = doc.createElement("div");
      host.className = "live";
      box.appendChild(host);
      c = {chart: lib.init(host, null, {renderer: "svg"}), options: JSON.parse(data.textContent), host: host};
      show(c);
    } catch (e) {
      if (host) box.removeChild(host);
      return;
    }
    box.classList.add("on");
    live.push(c);
  }

  var seen = new IntersectionObserver(function (entries) {
    entries.forEach(function (e) {
      if (!e.isIntersecting) return;
      seen.unobserve(e.target);
      start(e.target);
    });
  }, {rootMargin: "100px"});
  doc.querySelectorAll("[data-chart]").forEach(function (b) { seen.observe(b); });

  function again() { live.forEach(show); }
  doc.querySelectorAll("input[name=lang]").forEach(function (r) { r.addEventListener("change", again); });
  var dark = window.matchMedia && matchMedia("(prefers-color-scheme: dark)");
  if (dark && dark.addEventListener) dark.addEventListener("change", again);
  window.addEventListener("resize", function () {
    live.forEach(function (c) { if (c.host.clientWidth) c.chart.resize(); });
  });
  // A page opened by a link starts at its top.
  window.addEventListener("hashchange", function () {
    var at = doc.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (at && at.classList.contains("page")) window.scrollTo(0, 0);
  });
})();
