/* What makes the page handier: sorting, search, tooltips, files to take away.
Nothing here is needed to read it, and none of its buttons is there without a
script. boot.js calls pageTools once; page is what the two share:
  visitors  functions run on every part of the page that is put in
  arrivals  functions run with the page that is shown and the place in it
  language  "zh" or "en"
  inflate   packed text by the id of its element
  redraw    draws the live charts again
and it has back what boot.js calls: start at the beginning, arrive before a
link is followed. */
function pageTools(page) {
  "use strict";
  var doc = document, root = doc.documentElement, rows = 50;

  function all(selector, within) { return Array.prototype.slice.call((within || doc).querySelectorAll(selector)); }
  function el(name, attributes, children) {
    var e = doc.createElement(name);
    Object.keys(attributes || {}).forEach(function (k) { e.setAttribute(k, attributes[k]); });
    (children || []).forEach(function (c) { e.appendChild(c); });
    return e;
  }
  function said(text, lang) {
    var e = el("span", lang ? {lang: lang} : {});
    e.textContent = text;
    return e;
  }
  function both(zh, en) { return zh === en ? [said(zh)] : [said(zh, "zh-CN"), said(en, "en")]; }
  function pick(zh, en) { return page.language() === "en" ? en : zh; }
  function button(name, children, run) {
    var b = el("button", {type: "button", "class": name}, children);
    b.addEventListener("click", run);
    return b;
  }
  function swap(into, children) {
    into.textContent = "";
    children.forEach(function (c) { into.appendChild(c); });
  }

  /* once runs on each element that a selector finds, whenever it comes. */
  function once(selector, run) {
    var seen = new WeakSet();
    page.visitors.push(function (part) {
      all(selector, part).forEach(function (e) {
        if (!seen.has(e)) { seen.add(e); run(e); }
      });
    });
  }

  /* text is what an element shows in the language chosen. */
  function text(node, without) {
    if (node.nodeType === 3) return node.data;
    if (node.nodeType !== 1 || without && node.matches(without)) return "";
    var lang = node.getAttribute("lang");
    if (lang && lang.slice(0, 2) !== page.language() && /^(en|zh-CN)$/.test(lang)) return "";
    return Array.prototype.map.call(node.childNodes, function (n) { return text(n, without); }).join("");
  }
  function line(node, without) { return node ? text(node, without).replace(/\s+/g, " ").trim() : ""; }

  /* A polite word to those who do not see what changed. */
  var status = doc.getElementById("status");
  function tell(words) { status.textContent = words; }

  function save(name, type, parts) {
    var url = URL.createObjectURL(new Blob(parts, {type: type})), a = el("a", {href: url, download: name});
    doc.body.appendChild(a);
    a.click();
    doc.body.removeChild(a);
    setTimeout(function () { URL.revokeObjectURL(url); }, 10000);
  }

  /* A file is named after its scope, section and period. */
  function fileName(e, end) {
    var at = e.closest(".page"), card = e.closest(".card"), inside = e.closest("details"), view = e.closest(".view") || at;
    var when = (line(view.querySelector(".scope b")) || line(doc.querySelector("#runline .when"))).split(/[（(]/)[0];
    var names = [line(at.querySelector("h1"), "small"), line(inside ? inside.querySelector("summary") : card && card.querySelector("h2"), "small,b,.tools"), when];
    return names.map(function (n) {
      return n.replace(/[\\\/:*?"<>|\s\u0000-\u001f\u007f\u200e\u200f\u2028-\u202e\u2066-\u2069]+/g, "-").replace(/^[-.]+|[-.]+$/g, "").slice(0, 60);
    }).filter(Boolean).join("_") + end;
  }

  /* Cells. A number is what Go wrote beside the text, or the text itself where
  it says all; names never are. */
  var notes = "small,.mk,svg,button";
  function digits(s) { return s.replace(/,/g, "").replace(/−/g, "-"); }
  function number(cell) {
    if (!cell || cell.querySelector("bdi")) return NaN;
    if (cell.hasAttribute("data-v")) return Number(cell.getAttribute("data-v"));
    var s = digits(line(cell, notes));
    return /^[-+]?\d+(\.\d+)?%?$/.test(s) ? parseFloat(s) : NaN;
  }
  function field(s, plain) {
    if (plain && /^[=+\-@\t\r\n＝＋－＠]/.test(s)) s = "'" + s;
    return /[",\r\n]/.test(s) ? '"' + s.replace(/"/g, '""') + '"' : s;
  }
  function value(cell) {
    var shown = line(cell, notes), n = number(cell);
    if (isNaN(n)) return field(shown, true);
    return /%$/.test(shown) || !cell.hasAttribute("data-v") ? digits(shown) : cell.getAttribute("data-v");
  }

  /* Tables: sorted by a click on a head, fifty rows at a time. */
  function sorter(table) {
    var body = table.tBodies[0], first = Array.prototype.slice.call(body.rows);
    var order = first, column = -1, down = false, from = 0;
    var under = new Map(), heads = all("thead th", table), loose = first.filter(function (r) { return !r.classList.contains("tot"); });
    var pager = el("span", {"class": "pager"}), bar = el("p", {"class": "tools"}, [pager]);

    /* put places a row and the rows that are open below it. */
    function put(r, off) {
      body.appendChild(r);
      r.classList.toggle("off", off);
      sorted(under.get(r) || []).forEach(function (k) { put(k, off); });
    }
    function sorted(list) { return column < 0 ? list : list.slice().sort(compare); }
    function show() {
      var n = 0;
      order.forEach(function (r) {
        var off = !r.classList.contains("tot") && (n < from || n >= from + rows);
        if (!r.classList.contains("tot")) n++;
        put(r, off);
      });
      if (loose.length <= rows) return;
      var to = Math.min(from + rows, loose.length), span = (from + 1) + "–" + to + " / " + loose.length;
      swap(pager, both(span, span).concat([step("‹", "上一页", "Previous rows", -rows, from > 0), step("›", "下一页", "Next rows", rows, to < loose.length)]));
    }
    function step(sign, zh, en, by, can) {
      var b = button("", [hidden(both(zh, en)), el("span", {"aria-hidden": "true"}, [said(sign)])], function () {
        from += by;
        show();
        tell(line(pager.firstChild));
        (all("button:not([disabled])", pager)[by > 0 ? all("button:not([disabled])", pager).length - 1 : 0] || pager).focus();
      });
      b.disabled = !can;
      return b;
    }
    /* Numbers before words, what is missing last whichever way. */
    function compare(a, b) {
      var x = number(a.cells[column]), y = number(b.cells[column]), sign = down ? -1 : 1;
      if (!isNaN(x) || !isNaN(y)) return isNaN(x) ? 1 : isNaN(y) ? -1 : sign * (x - y);
      var s = line(a.cells[column], notes), t = line(b.cells[column], notes), none = /^[–\s]*$/;
      if (none.test(s) || none.test(t)) return none.test(s) - none.test(t);
      return sign * s.localeCompare(t, pick("zh", "en"), {numeric: true});
    }
    function sort(i) {
      var numbers = loose.some(function (r) { return !isNaN(number(r.cells[i])); });
      if (column !== i) { column = i; down = numbers; }
      else if (down === numbers) down = !numbers;
      else column = -1; // a third click: as it was
      var middle = sorted(loose), top = first.indexOf(loose[0]);
      order = first.slice(0, top).concat(middle, first.slice(top).filter(function (r) { return loose.indexOf(r) < 0; }));
      from = 0;
      heads.forEach(function (h, j) {
        if (j === column) h.setAttribute("aria-sort", down ? "descending" : "ascending");
        else h.removeAttribute("aria-sort");
      });
      show();
      tell(line(heads[i]) + pick(column < 0 ? "：原来的顺序" : down ? "：降序" : "：升序", column < 0 ? ": first order" : down ? ": descending" : ": ascending"));
    }
    if (loose.length > 1) heads.forEach(function (h, i) {
      var b = button("sort", Array.prototype.slice.call(h.childNodes), function () { sort(i); });
      if (!b.textContent.trim()) b.appendChild(hidden(both("图示", "Drawing"))); // of a page not yet shown nothing else can be read
      h.appendChild(b);
    });

    function csv() {
      var noted = heads.map(function (h, i) { return order.some(function (r) { return r.cells[i] && r.cells[i].querySelector("small"); }); });
      var lines = [heads.map(function (h, i) {
        var name = line(h);
        return field(name, true) + (noted[i] ? "," + field(name + pick("（说明）", " (note)"), true) : "");
      })];
      all("tr", body).forEach(function (r) {
        if (r.classList.contains("off")) return;
        lines.push(heads.map(function (h, i) {
          var c = r.cells[i], small = c && c.querySelector("small");
          return (c ? value(c) : "") + (noted[i] ? "," + field(line(small), true) : "");
        }));
      });
      save(fileName(table, ".csv"), "text/csv;charset=utf-8", ["\ufeff" + lines.map(function (l) { return l.join(","); }).join("\r\n") + "\r\n"]);
    }
    bar.appendChild(button("", [said("CSV"), hidden(both("，下载这张表", ", this table as a file"))], csv));
    table.parentNode.insertAdjacentElement("afterend", bar);
    if (loose.length > rows) show();
    if (table.hasAttribute("data-u") && doc.getElementById("columns")) unfolder(table, under, sorted);
  }
  function hidden(children) { return el("span", {"class": "vh"}, children); }
  once(".tw>table", sorter);

  /* A unit's row opens those of the units below it, in place: a button before
  the name. under holds what is open, by the row above it. */
  function unfolder(table, under, sorted) {
    var body = table.tBodies[0], at = table.closest("section[id]").id, kind = at.split("-").slice(-2)[0];
    var ids = all("thead th[data-m]", table).map(function (h) { return h.getAttribute("data-m"); });
    body.id = at + "-rows";
    function fold(row) {
      (under.get(row) || []).forEach(function (r) {
        fold(r);
        body.removeChild(r);
      });
      under.delete(row);
      mark(row, "false", body.id);
    }
    function mark(row, open, controls) {
      var b = row.querySelector("button.unf");
      if (!b) return;
      b.setAttribute("aria-expanded", open);
      b.setAttribute("aria-controls", controls);
    }
    function unfold(row, depth) {
      var link = row.querySelector("th a");
      return window.pageMakers.rows(page, link.getAttribute("href").slice(1), kind, ids, table.getAttribute("data-u") === "short").then(function (made) {
        if (under.has(row)) return;
        made.forEach(function (r) {
          r.id = at + "-" + r.querySelector("th a").getAttribute("href").slice(1);
          r.classList.add("in" + depth);
          ready(r, depth);
        });
        under.set(row, made);
        if (made.length) mark(row, "true", made.map(function (r) { return r.id; }).join(" "));
        sorted(made).reduce(function (after, r) { return after.insertAdjacentElement("afterend", r); }, row);
        tell(made.length ? pick("展开 " + made.length + " 行", made.length + " rows opened") : pick("下级本期没有数据", "No data below in this period"));
        made.forEach(function (r) { page.visitors.forEach(function (v) { v(r); }); });
      });
    }
    /* ready gives a row of a unit with units below it its button. */
    function ready(row, depth) {
      var th = row.cells[0], name = th.querySelector("bdi");
      if (!row.classList.contains("up") || !name) return;
      var b = button("unf", [hidden(both("下级：", "Units of ").concat([name.cloneNode(true)]))], function () {
        if (under.has(row)) { fold(row); tell(pick("已收起", "Closed")); }
        else unfold(row, depth + 1);
      });
      th.insertBefore(b, th.firstChild);
      mark(row, "false", body.id);
    }
    all("tr.up", body).forEach(function (r) { ready(r, 0); });
  }

  /* A box that scrolls takes the focus, so that keys can scroll it; others
  do not stand in the way. */
  if ("ResizeObserver" in window) {
    var sizes = new ResizeObserver(function (list) {
      list.forEach(function (e) {
        if (e.target.scrollWidth > e.target.clientWidth + 1) e.target.tabIndex = 0;
        else e.target.removeAttribute("tabindex");
      });
    });
    once(".tw", function (box) { sizes.observe(box); });
  }

  /* The link of a section, with the language and period it is read in. */
  function address(id) {
    var kind = doc.querySelector("input[name=period]:checked"), at = location.href.split("#")[0] + "#" + id;
    return at + "?lang=" + page.language() + (kind ? "&period=" + kind.id.slice(2) : "");
  }
  function copy(words) {
    function old() {
      var box = el("textarea", {readonly: "", "class": "vh"});
      box.value = words;
      doc.body.appendChild(box);
      box.select();
      doc.execCommand("copy");
      doc.body.removeChild(box);
    }
    return navigator.clipboard && navigator.clipboard.writeText ? navigator.clipboard.writeText(words).catch(old) : Promise.resolve(old());
  }
  once("section.card[id]>h2", function (h) {
    var b = button("", both("复制链接", "Copy link"), function () {
      copy(address(h.parentNode.id)).then(function () {
        var done = pick("链接已复制", "Link copied");
        tell(done);
        swap(b, both("已复制", "Copied"));
        setTimeout(function () { swap(b, both("复制链接", "Copy link")); }, 2000);
      });
    });
    h.insertAdjacentElement("beforebegin", el("p", {"class": "tools at"}, [b]));
  });

  /* Remembered for the next time: language, period and theme. A link says more
  than the memory. */
  var memory = {}, quiet = false;
  try { memory = JSON.parse(localStorage.getItem("crmreport")) || {}; } catch (e) { /* no memory here */ }
  function remember(key, what) {
    if (quiet) return; // nobody chose it
    memory[key] = what;
    try { localStorage.setItem("crmreport", JSON.stringify(memory)); } catch (e) { /* nor here */ }
  }
  function check(id) {
    var r = doc.getElementById(id);
    if (!r || r.type !== "radio" || r.checked) return;
    r.checked = true;
    r.dispatchEvent(new Event("change", {bubbles: true}));
  }
  function asked() {
    var at = location.hash.indexOf("?"), p = new URLSearchParams(at < 0 ? "" : location.hash.slice(at + 1));
    return {lang: p.get("lang"), period: p.get("period")};
  }
  function choose(from) {
    quiet = true;
    if (from.lang) check("lang-" + from.lang);
    if (from.period) check("p-" + from.period);
    if (from.theme) check("t-" + from.theme);
    quiet = false;
  }
  doc.addEventListener("change", function (e) {
    var name = e.target.name, id = e.target.id;
    if (name === "lang") { remember("lang", id.slice(5)); spoken(); }
    if (name === "period") remember("period", id.slice(2));
    if (name === "theme") { remember("theme", id.slice(2)); theme(id.slice(2)); }
  });

  function theme(name) {
    window.pageTheme(name);
    page.redraw();
  }
  function spoken() {
    root.lang = pick("zh-CN", "en");
    doc.title = line(doc.querySelector(".page.shown h1"), "small") + " · " + line(doc.querySelector(".brand")) + " " + line(doc.querySelector(".meta b"));
    var box = doc.getElementById("find");
    if (box) box.placeholder = pick("搜索单位、人、指标", "Units, people, metrics");
  }

  /* Where the reader has come to: the heading takes the focus, the line of the
  print names the scope. The first page does not take it. */
  var arrived = false;
  page.arrivals.push(function (shown, at) {
    var box = at && at !== shown ? at : shown, head = box.matches("h1,h2,dt") ? box : box.querySelector("h1,h2") || box;
    if (arrived || location.hash) {
      if (!head.hasAttribute("tabindex")) head.tabIndex = -1;
      head.focus({preventScroll: true});
    }
    arrived = true;
    spoken();
    runline();
  });
  function runline() {
    var shown = doc.querySelector(".page.shown"), bar = doc.getElementById("runline");
    if (!shown || !bar) return;
    var pills = all(".scope", shown).filter(function (s) { return s.getClientRects().length; })[0];
    swap(bar.querySelector(".who"), clones(shown.querySelector("h1")));
    swap(bar.querySelector(".when"), clones(pills));
  }
  function clones(e) {
    return e ? Array.prototype.map.call(e.childNodes, function (n) { return n.cloneNode(true); }) : [];
  }
  var closed = [];
  addEventListener("beforeprint", function () {
    runline();
    closed = all("details:not([open])");
    closed.forEach(function (d) { d.open = true; });
  });
  addEventListener("afterprint", function () {
    closed.forEach(function (d) { d.open = false; });
  });
  var skip = doc.querySelector("a.skip");
  if (skip) skip.addEventListener("click", function (e) {
    var head = doc.querySelector(".page.shown h1");
    e.preventDefault();
    head.tabIndex = -1;
    head.focus();
  });

  finder();
  tips();
  pictures();

  /* Search: units, people and metrics by name or id. */
  function finder() {
    var box = doc.getElementById("find"), list = doc.getElementById("found"), known;
    if (!box || !doc.getElementById("finder")) return;
    var form = box.parentNode;
    function fold(s) { return s.toLowerCase().normalize("NFKC"); }
    function load() {
      return known || (known = page.inflate("finder").then(function (b) {
        var d = JSON.parse(new TextDecoder().decode(b));
        return d.id.map(function (id, i) {
          var kind = d.kinds[d.kind[i]], r = {zh: d.zh[i], en: d.en[i], id: id, kind: kind, link: d.link[i] || kind[2] + id, within: d.units[d.within[i]]};
          r.key = fold([r.zh, r.en, r.id, r.within].join("\n"));
          return r;
        });
      }));
    }
    function rank(r, words) {
      var names = [fold(r.id), fold(r.zh), fold(r.en)];
      if (!words.every(function (w) { return r.key.indexOf(w) >= 0; })) return 9;
      if (names.indexOf(words.join(" ")) >= 0) return 0;
      if (names.some(function (n) { return n.indexOf(words[0]) === 0; })) return 1;
      return names.some(function (n) { return n.indexOf(words[0]) > 0; }) ? 2 : 3;
    }
    function search() {
      var words = fold(box.value).split(/\s+/).filter(Boolean);
      if (!words.length) return close();
      load().then(function (rows) {
        var hits = rows.map(function (r, i) { return {row: r, rank: rank(r, words), at: i}; }).filter(function (h) { return h.rank < 9; });
        hits.sort(function (a, b) { return a.rank - b.rank || a.at - b.at; });
        swap(list, hits.slice(0, 12).map(function (h) {
          var r = h.row, name = el("bdi", {}, both(r.zh, r.en || r.zh)), within = el("bdi", {}, [said(r.within)]);
          return el("li", {}, [el("a", {href: "#" + r.link}, [name, el("small", {}, both(r.kind[0] + " ", r.kind[1] + " ").concat(r.within ? [within] : [said(r.id)]))])]);
        }));
        if (!hits.length) list.appendChild(el("li", {}, both("没有找到", "Nothing found")));
        list.hidden = false;
        tell(pick(hits.length + " 个结果", hits.length + " found"));
      });
    }
    function close() { list.hidden = true; }
    function move(by) {
      var links = all("a", list), i = links.indexOf(doc.activeElement) + by;
      if (i < 0) box.focus();
      else if (links[i]) links[i].focus();
    }
    box.addEventListener("input", search);
    box.addEventListener("focus", load);
    list.addEventListener("click", function (e) {
      if (e.target.closest("a")) { close(); box.value = ""; }
    });
    form.addEventListener("keydown", function (e) {
      var first = e.key === "Enter" && e.target === box && !list.hidden && list.querySelector("a");
      if (first) first.click();
      if (e.key === "ArrowDown" || e.key === "ArrowUp") { e.preventDefault(); move(e.key === "ArrowDown" ? 1 : -1); }
      if (e.key === "Escape") { close(); box.focus(); }
    });
    form.addEventListener("focusout", function (e) {
      if (!form.contains(e.relatedTarget)) close();
    });
    doc.addEventListener("keydown", function (e) {
      if (e.key !== "/" || e.ctrlKey || e.metaKey || e.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName) && e.target.type !== "radio") return;
      e.preventDefault();
      box.focus();
    });
  }

  /* Tooltips of the drawings: what Go wrote on a bar or point (data-t, data-e),
  its title, the words of a step, or the entry of the legend. */
  function tips() {
    var tip = el("div", {id: "tip", role: "tooltip", hidden: ""});
    doc.querySelector("main").appendChild(tip);
    function words(mark) {
      var own = mark.getAttribute("data-t");
      return own === null ? "" : pick(own, mark.getAttribute("data-e") || own);
    }
    function marks(svg) { return all("[data-t]", svg).filter(function (m) { return words(m); }); }
    var drawn = ".plot svg,td svg,.bul,.whw";
    once(drawn, function (svg) {
      all("title", svg).forEach(function (t) {
        t.parentNode.setAttribute("data-t", t.textContent);
        t.parentNode.removeChild(t);
      });
      var legend = svg.closest("figure") ? all(".legend>span", svg.closest("figure")) : [];
      if (svg.matches(".stk")) all("rect", svg).forEach(function (r, i) { if (legend[i]) say(r, [legend[i]]); });
      if (svg.matches(".steps")) all("rect", svg).forEach(function (r, i) {
        var here = all("text", svg).filter(function (t) { return Math.abs(t.getAttribute("x") - r.getAttribute("x") - r.getAttribute("width") / 2) < 2; });
        say(r, here.slice().reverse());
      });
    });
    /* say writes both languages of some elements' words on a mark. */
    function say(mark, from) {
      function of(code) {
        return from.map(function (e) {
          var own = e.getAttribute("lang");
          if (own) return own.slice(0, 2) === code ? e.textContent : "";
          var part = e.querySelector('[lang^="' + code + '"]');
          return (part || e).textContent;
        }).filter(Boolean).join("：");
      }
      mark.setAttribute("data-t", of("zh"));
      mark.setAttribute("data-e", of("en"));
    }
    function show(mark, box) {
      var r = (box || mark).getBoundingClientRect();
      if (!r.width && !r.height) return hide();
      tip.textContent = words(mark);
      tip.hidden = false;
      var x = r.left + r.width / 2 - tip.offsetWidth / 2, y = r.top - tip.offsetHeight - 6;
      if (y < 4) y = r.bottom + 6;
      tip.style.left = Math.max(4, Math.min(x, root.clientWidth - tip.offsetWidth - 4)) + "px";
      tip.style.top = y + "px";
    }
    function hide() { tip.hidden = true; }
    /* near is the mark under the pointer, or the nearest within a finger. */
    function near(svg, x, y) {
      var best = null, least = 24;
      marks(svg).forEach(function (m) {
        var r = m.getBoundingClientRect();
        var d = Math.hypot(Math.max(r.left - x, 0, x - r.right), Math.max(r.top - y, 0, y - r.bottom)) - (m.tagName === "circle" ? 3 : 0);
        if (d < least) { least = d; best = m; }
      });
      return best;
    }
    function point(e) {
      var svg = e.target.closest && e.target.closest(drawn), mark = svg && !svg.closest(".live") && near(svg, e.clientX, e.clientY);
      if (mark) show(mark);
      else hide();
    }
    doc.addEventListener("pointermove", point, {passive: true});
    doc.addEventListener("pointerdown", point, {passive: true});
    doc.addEventListener("scroll", hide, {passive: true, capture: true});
    doc.addEventListener("keydown", function (e) { if (e.key === "Escape") hide(); });

    /* By keys: a drawing takes the focus, arrows go from mark to mark. */
    once(".plot", function (plot) {
      var svg = plot.querySelector("svg"), at = -1;
      if (!svg || !marks(svg).length) return;
      plot.tabIndex = 0;
      plot.setAttribute("role", "group");
      plot.setAttribute("aria-label", (svg.getAttribute("aria-label") || "") + " ← →");
      plot.addEventListener("keydown", function (e) {
        var list = marks(svg), by = {ArrowRight: 1, ArrowLeft: -1}[e.key];
        if (!by || e.target !== plot) return;
        e.preventDefault();
        at = Math.max(0, Math.min(list.length - 1, at + by));
        show(list[at], plot.classList.contains("on") ? plot : null);
        tell(words(list[at]));
      });
      plot.addEventListener("blur", function () { at = -1; hide(); });
    });
  }

  /* A drawing as a picture: a copy with its colours resolved, its caption and
  legend above, where it comes from below. */
  function pictures() {
    var kept = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "font-size", "font-weight", "font-family", "text-anchor", "opacity", "fill-opacity"];
    function resolve(from, to) {
      var css = getComputedStyle(from);
      kept.forEach(function (k) { to.setAttribute(k, css.getPropertyValue(k)); });
      to.removeAttribute("class");
      for (var i = from.children.length - 1; i >= 0; i--) {
        var lang = from.children[i].getAttribute("lang");
        if (lang && lang.slice(0, 2) !== page.language()) to.removeChild(to.children[i]);
        else resolve(from.children[i], to.children[i]);
      }
    }
    function picture(figure, svg) {
      var css = getComputedStyle(root), ink = css.getPropertyValue("--ink"), font = css.getPropertyValue("--font");
      var vb = svg.viewBox.baseVal, w = Math.max(vb.width, 480), h = vb.height * (vb.width < 480 ? 1 : w / vb.width), copy = svg.cloneNode(true);
      resolve(svg, copy);
      copy.setAttribute("width", w * 2);
      copy.setAttribute("height", h * 2);
      var image = new Image(), keys = all(".legend>span", figure);
      image.onload = function () {
        var canvas = el("canvas"), g = canvas.getContext("2d"), top = keys.length ? 62 : 40;
        canvas.width = (w + 32) * 2;
        canvas.height = (h + top + 44) * 2;
        g.scale(2, 2);
        g.fillStyle = css.getPropertyValue("--surface");
        g.fillRect(0, 0, w + 32, h + top + 44);
        function write(words, x, y, size, colour) {
          g.font = size + "px " + font;
          g.fillStyle = colour;
          g.fillText(words, x, y, w + 16 - x);
          return x + g.measureText(words).width;
        }
        write(line(figure.querySelector("figcaption")), 16, 26, 15, ink);
        keys.reduce(function (x, k) {
          g.fillStyle = getComputedStyle(k.querySelector("rect")).fill;
          g.fillRect(x, 40, 10, 10);
          return write(line(k, "svg"), x + 15, 50, 12, ink) + 14;
        }, 16);
        g.drawImage(image, 16, top, w, h);
        runline();
        var foot = doc.getElementById("runline"), grey = css.getPropertyValue("--ink3");
        write(line(foot.querySelector(".who")) + " " + line(foot.querySelector(".when")), 16, h + top + 20, 10, grey);
        write(line(foot.querySelector("p").lastElementChild), 16, h + top + 34, 10, grey);
        canvas.toBlob(function (b) { save(fileName(figure, ".png"), "image/png", [b]); });
      };
      image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(new XMLSerializer().serializeToString(copy));
    }
    once("figure", function (figure) {
      var svg = figure.querySelector(".plot>svg");
      if (svg) figure.insertBefore(el("p", {"class": "tools at"}, [button("", [said("PNG"), hidden(both("，下载这张图", ", this drawing as a picture"))], function () { picture(figure, svg); })]), figure.firstChild);
    });
  }

  return {
    /* start is called once everything of the page is known. */
    start: function () {
      choose(memory);
      choose(asked());
      spoken();
    },
    arrive: function () { choose(asked()); }
  };
}
