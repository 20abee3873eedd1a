/* Pages of reps, and of areas and teams where there are hundreds: drawn from
columns of numbers when they are asked for. Everything that came from data goes in as text
or as an attribute's value, never as markup. boot.js asks pageMakers for a page
that it does not have. */
(function () {
  "use strict";
  var doc = document, makers = window.pageMakers = window.pageMakers || [];
  var SVG = "http://www.w3.org/2000/svg", NONE = null, DASH = "–", MINUS = "−";

  /* Numbers, as report/lang writes them. */
  function grouped(digits) { return digits.replace(/\B(?=(\d{3})+$)/g, ","); }

  /* printed is n with so many of its digits behind the point. */
  function printed(n, decimals, trim) {
    var s = String(Math.abs(n));
    while (s.length <= decimals) s = "0" + s;
    var whole = s.slice(0, s.length - decimals), frac = s.slice(s.length - decimals);
    if (trim) frac = frac.replace(/0+$/, "");
    return (n < 0 ? MINUS : "") + grouped(whole) + (frac ? "." + frac : "");
  }

  /* rounded is x in units of 10^-decimals, half away from zero, by the decimal
  that x stands for. */
  function rounded(x, decimals) {
    var y = Math.abs(x) * Math.pow(10, decimals), n = Math.round(y);
    if (Math.abs(Math.abs(y - n) - 0.5) < 1e-9 * Math.max(1, y)) n = Math.floor(y + 0.5 + 1e-9);
    return x < 0 ? -n || 0 : n;
  }
  function fixed(x, decimals) {
    if (!isFinite(x)) return DASH;
    return printed(rounded(x, decimals), decimals);
  }
  /* Large numbers in words: from where on, the word, decimals. */
  var SCALES = [[[1e8, " 亿", 2], [1e4, " 万", 1], [1, "", 0]], [[1e9, "B", 2], [1e6, "M", 2], [1e3, "K", 2], [1, "", 0]]];
  function scale(x, steps) {
    return steps.filter(function (s, i) {
      var below = steps[i + 1];
      return !below || Math.abs(rounded(x / below[0], below[2]) / Math.pow(10, below[2])) * below[0] >= s[0];
    })[0];
  }
  /* short is a large number in the words of each language. */
  function short(x) {
    return SCALES.map(function (steps) { var s = scale(x, steps); return fixed(x / s[0], s[2]) + s[1]; });
  }
  /* mark is the label of an axis that ends at top, in its words. */
  function mark(x, top) {
    return SCALES.map(function (steps) { var s = scale(top, steps); return x ? printed(rounded(x / s[0], 3), 3, true) + s[1] : "0"; });
  }
  makers.format = {printed: printed, fixed: fixed, short: short};

  /* The columns: a length and a head, a length and the ways of the columns, the
  columns (report/pack). A way is where the column ends, one more than the column that
  it is added to, whether it is steps, and the columns in whose order it is. */
  function read(b) {
    var at = 0, view = new DataView(b.buffer);
    function json() {
      var n = view.getUint32(at, true);
      at += 4 + n;
      return JSON.parse(new TextDecoder().decode(b.subarray(at - n, at)));
    }
    var head = json(), ways = json(), base = at, made = [];
    function plain(i) {
      var from = base + (i ? ways[i - 1][0] : 0), to = base + ways[i][0], below = b[from++] === 1, out = [];
      while (from < to) {
        var u = 0, scale = 1, c;
        do { c = b[from++]; u += (c & 127) * scale; scale *= 128; } while (c & 128);
        out.push(u === 0 ? NONE : !below ? u - 1 : u % 2 ? (u - 1) / 2 : -u / 2);
      }
      return out;
    }
    /* order is the places of n numbers in the order of columns. */
    function order(n, by) {
      var keys = new Float64Array(n);
      by.map(head.column).forEach(function (col) {
        var lo = Infinity, hi = -Infinity;
        col.forEach(function (x) { if (x !== NONE) { lo = Math.min(lo, x); hi = Math.max(hi, x); } });
        keys.forEach(function (key, i) { keys[i] = key * (hi < lo ? 2 : hi - lo + 2) + (col[i] === NONE ? 0 : col[i] - lo + 1); });
      });
      return keys.map(function (key, i) { return key * n + i; }).sort().map(function (key) { return key % n; });
    }
    function column(i) {
      var way = ways[i], its = plain(i), last = 0;
      if (way[2]) its = its.map(function (x) { return x === NONE ? x : last += x; });
      if (way.length > 3) {
        var sorted = its;
        its = sorted.slice();
        order(its.length, way.slice(3)).forEach(function (place, k) { its[place] = sorted[k]; });
      }
      if (!way[1]) return its;
      var on = head.column(way[1] - 1);
      return its.map(function (x, k) { return x === NONE || on[k] === NONE ? x : x + on[k]; });
    }
    head.column = function (i) { return made[i] || (made[i] = column(i)); };
    return head;
  }

  /* prepare finds scopes by their link and takes the columns apart. */
  function prepare(head) {
    head.place = {};
    head.children = {};
    head.anchors.forEach(function (a, i) {
      head.place[a] = i;
      (head.children[head.parents[i]] = head.children[head.parents[i]] || []).push(i);
    });
    head.drawn = head.drawn.reduce(function (made, step) {
      made.last += step;
      made[made.last] = true;
      return made;
    }, {last: 0});
    function column(i) { return i < 0 ? NONE : head.column(i); }
    head.row = {}; // of a unit, in the columns of units
    (head.units || []).reduce(function (last, step, row) {
      head.row[last + step] = row;
      return last + step;
    }, 0);
    head.metrics.concat(head.below || [], head.numbers || []).forEach(function (m) {
      m.values = m.columns.map(column);
      m.ends = (m.rule || []).map(function (four) { return four.map(column); });
      if (m.rate) Object.keys(m.rate).forEach(function (end) { m.rate[end] = m.rate[end].map(column); });
    });
    head.metrics.concat(head.below || []).forEach(function (m) { head[m.id] = m; });
    (head.sheets || []).forEach(function (s) { s.marks = (s.marks || []).map(column); });
    (head.series || []).forEach(function (m) {
      var rest = m.columns.length > 1 ? column(m.columns[1]) : NONE;
      m.values = column(m.columns[0]).map(function (x, i) { return (x * m.unit * (rest ? 100 : 1)) + (rest ? rest[i] : 0); });
    });
    return head;
  }

  /* Elements. A child is an element, a text, or a pair of texts in Chinese and
  English. */
  function add(parent, kids) {
    kids.forEach(function (k) {
      if (k === NONE || k === undefined || k === "") return;
      if (Array.isArray(k)) {
        if (k.length === 1 || k[0] === k[1]) k = k[0];
        else {
          if (parent.namespaceURI === SVG) throw new Error("two languages within a drawing");
          parent.appendChild(el("span", {lang: "zh-CN"}, k[0]));
          k = el("span", {lang: "en"}, k[1]);
        }
      }
      parent.appendChild(typeof k === "object" ? k : doc.createTextNode(String(k)));
    });
    return parent;
  }
  function attributes(e, of) {
    Object.keys(of || {}).forEach(function (k) { if (of[k] !== NONE) e.setAttribute(k, of[k]); });
    return e;
  }
  function el(tag, of) { return add(attributes(doc.createElement(tag), of), Array.prototype.slice.call(arguments, 2)); }
  function svg(tag, of) { return add(attributes(doc.createElementNS(SVG, tag), of), Array.prototype.slice.call(arguments, 2)); }
  function px(x) { return String(Math.round(x * 10) / 10); }
  function rect(of, x, y, w, h) { return svg("rect", {"class": of, x: px(x), y: px(y), width: px(Math.max(w, 0)), height: px(h)}); }
  function line(of, x1, y1, x2, y2) { return svg("path", {"class": of, d: "M" + px(x1) + " " + px(y1) + "L" + px(x2) + " " + px(y2)}); }
  function words(g, of, x, y, texts) {
    (texts[0] === texts[1] ? [texts[0]] : texts).forEach(function (t, i, all) {
      g.appendChild(svg("text", {"class": of, x: px(x), y: px(y), lang: all.length > 1 ? ["zh-CN", "en"][i] : NONE}, t));
    });
  }

  function name(head, i) { return el("bdi", {}, head.names[i]); }
  function link(head, i) { return el("a", {href: "#" + head.anchors[i]}, name(head, i)); }

  /* A value of a scope in a period: twice the number, and one more where it is
  not final. */
  function number(m, k, i) { return m && m.values[k] && m.values[k][i] !== NONE ? Math.floor(m.values[k][i] / 2) : NONE; }
  function open(m, k, i) { return number(m, k, i) !== NONE && Math.abs(m.values[k][i] % 2) === 1; }
  function shown(m, n) {
    if (n === NONE) return DASH;
    return (m.sign && n > 0 ? "+" : "") + printed(n, m.decimals, m.trim) + m.after;
  }
  function toned(head, k, i) { return ["", "bad", "good"][head["conversion.valid_per_signing"].ends[k][3][i]]; }
  function title(m) { return m.defined ? el("a", {href: "#d-" + m.id}, m.title) : add(doc.createDocumentFragment(), [m.title]); }

  /* Those a scope is seen against: its unit, and the company. */
  function above(head, i) {
    var out = [];
    if (head.parents[i] > 0) out.push(head.parents[i]);
    if (i > 0) out.push(0);
    return out;
  }
  function reference(head, i) {
    var p = el("p", {"class": "note"}, ["灰字供参照：", "In grey, for reference: "]);
    above(head, i).forEach(function (u, n) { add(p, [n ? " / " : "", name(head, u)]); });
    return p;
  }

  function card(of, heading, small) {
    return el("section", {"class": "card " + of}, el("h2", {}, heading, small ? " " : "", small ? el("small", {}, small) : NONE));
  }
  function table(heads, running) {
    var row = el("tr"), body = el("tbody");
    heads.forEach(function (h) { row.appendChild(el("th", {scope: "col", "class": h.of || NONE}, h.text)); });
    return {box: el("div", {"class": "tw", tabindex: "0"}, el("table", {"class": running ? "run" : NONE}, el("thead", {}, row), body)), body: body};
  }

  /* Every metric in every kind of period. */
  function matrix(head, i) {
    var t = table([{text: ["指标", "Metric"], of: "l"}].concat(head.kinds.map(function (k) { return {text: k.name, of: k.running ? NONE : "fx"}; })), true);
    head.metrics.forEach(function (m) {
      var any = m.values.some(function (v, k) { var n = number(m, k, i); return n !== NONE && (n !== 0 || !m.money); });
      if (!any) return;
      var row = el("tr", {}, el("th", {scope: "row"}, title(m)));
      head.kinds.forEach(function (kind, k) {
        var refs = above(head, i).map(function (u) { return shown(m, number(m, k, u)); }), ref = refs.some(function (r) { return r !== DASH; }) ? refs.join(" / ") : "";
        add(row, [el("td", {"class": m.ends.length ? toned(head, k, i) || NONE : NONE}, shown(m, number(m, k, i)), open(m, k, i) ? el("i", {"class": "mk"}, "◦") : NONE,
          ref ? el("small", {}, ref) : NONE)]);
      });
      t.body.appendChild(row);
    });
    return add(card("wide", ["各期间", "Every period"]), [t.box, reference(head, i)]);
  }

  /* whisker is a dot and its interval on the scale from 0 to two and a half times
  the rule, with the rule and, in grey, what it is seen against. */
  function whisker(head, m, k, i, wide) {
    var w = wide ? 360 : 120, top = 250 * head.golden, v = number(m, k, i), four = m.ends[k], lo = four[0][i], hi = four[1][i], tone = {good: "ok", bad: "bad"}[toned(head, k, i)] || "s";
    function x(n) { return 3 + Math.min(Math.max(n, 0) / top, 1) * (w - 6); }
    var g = svg("svg", {"class": wide ? "whw" : "wh", viewBox: "0 0 " + w + " " + (wide ? 34 : 16), "aria-hidden": "true"});
    if (lo === NONE && hi === NONE && v === NONE) return NONE;
    if (wide) {
      g.appendChild(rect("f-g", x(0), 5, x(top) - x(0), 6));
      words(g, "tx", x(0), 30, ["0", "0"]);
      words(g, "tx m", x(100 * head.golden), 30, head.rule);
      words(g, "tx e", x(top), 30, [printed(top, 2, true), printed(top, 2, true)]);
    }
    if (wide) above(head, i).forEach(function (u) { if (number(m, k, u) !== NONE) g.appendChild(attributes(line("rp", x(number(m, k, u)), 2, x(number(m, k, u)), 14), {"data-t": head.names[u][0] + " " + shown(m, number(m, k, u)), "data-e": head.names[u].slice(-1)[0] + " " + shown(m, number(m, k, u))})); });
    g.appendChild(line(wide ? "rl" : "rf", x(100 * head.golden), 0, x(100 * head.golden), 16));
    if (lo !== NONE || hi !== NONE) g.appendChild(line("iv i-" + tone, x(lo === NONE ? 0 : lo), 8, x(hi === NONE ? top : hi), 8));
    if ((lo !== NONE || hi !== NONE) && (hi === NONE || hi > top)) g.appendChild(svg("path", {"class": "iv i-" + tone, d: "M" + (w - 6) + " 5L" + (w - 2) + " 8L" + (w - 6) + " 11"}));
    if (v !== NONE) g.appendChild(svg("circle", {"class": "f-" + tone, cx: px(x(v)), cy: "8", r: "3.5", "data-t": printed(v, m.decimals) + " (" + range(m, k, i) + ")"}));
    return g;
  }
  function range(m, k, i) {
    var lo = m.ends[k][0][i], hi = m.ends[k][1][i];
    if (lo !== NONE && hi !== NONE) return printed(lo, 2) + "–" + printed(hi, 2);
    if (lo !== NONE) return "≥ " + printed(lo, 2);
    return hi !== NONE ? "≤ " + printed(hi, 2) : DASH;
  }

  /* The golden rule of a scope, of the period that is chosen. */
  function rule(head, i) {
    var m = head["conversion.valid_per_signing"], out = card("", m ? m.title : "", head.rule);
    if (!m) return NONE;
    head.kinds.forEach(function (kind, k) {
      var v = number(m, k, i), ends = m.ends[k][0][i] !== NONE || m.ends[k][1][i] !== NONE, tone = toned(head, k, i);
      var verdict = {bad: ["低于规则", "below the rule"], good: ["优于规则", "better than the rule"]}[tone] || ["与规则无法区分", "not distinguishable from the rule"];
      var box = el("div", {"class": "v-" + kind.kind}, el("p", {"class": "rv"}, el("b", {"class": "num " + tone}, v === NONE ? DASH : printed(v, m.decimals)), " ", el("span", {}, kind.name),
        kind.running ? el("span", {"class": "open"}, ["未结", "to date"]) : NONE));
      if (!ends && v === NONE) add(box, [el("p", {"class": "note"}, ["本期没有数据。", "No data in this period."])]);
      else {
        add(box, [whisker(head, m, k, i, true), el("p", {"class": "note"}, ["95% 区间 ", "95% interval "], range(m, k, i), " · n=" + printed(m.ends[k][2][i], 0)),
          v === NONE ? NONE : el("p", {"class": "vd " + tone}, verdict)]);
        add(box, [add(el("p", {"class": "legend"}), above(head, i).map(function (u) {
          return el("span", {}, svg("svg", {viewBox: "0 0 10 10", "aria-hidden": "true"}, line("rp", 5, 0, 5, 10)), name(head, u), " " + shown(m, number(m, k, u)));
        }))]);
      }
      out.appendChild(box);
    });
    return out;
  }

  /* Weeks as bars: a metric in front, another behind it; the week that runs is
  grey. */
  function bars(head, i, caption, back, front) {
    var weeks = head.weeks, w = 520, h = 158, left = 60, right = 20, topY = 10, foot = 30, n = weeks.length, series = [back, front].filter(Boolean);
    function at(m, x) { return m.values[i * n + x] / Math.pow(10, m.decimals); }
    var hi = 0, g = svg("svg", {"class": "fig", viewBox: "0 0 " + w + " " + h, role: "img", "aria-label": caption.join(" / ")});
    series.forEach(function (m) { for (var x = 0; x < n; x++) hi = Math.max(hi, at(m, x)); });
    if (!hi) return NONE;
    var e = Math.pow(10, Math.floor(Math.log(hi / 4) / Math.LN10 + 1e-9));
    var between = [1, 2, 5, 10].map(function (f) { return f * e; }).filter(function (t) { return t * 4 >= hi * (1 - 1e-9); })[0];
    var marks = Math.ceil(hi / between - 1e-9), top = between * marks;
    var each = (w - left - right) / n, step = n > 26 ? 8 : n > 13 ? 4 : 2;
    function y(v) { return topY + (1 - v / top) * (h - topY - foot); }
    for (var k = 0; k <= marks; k++) {
      g.appendChild(line("gl", left, y(between * k), w - right, y(between * k)));
      words(g, "tx e", left - 6, y(between * k) + 4, mark(between * k, top));
    }
    series.forEach(function (m, s) {
      for (var x = 0; x < n; x++) {
        if (!at(m, x)) continue;
        var of = head.running && x === n - 1 ? "f-p" : series.length > 1 && s === 0 ? "f-s2" : "f-s";
        g.appendChild(add(rect(of, left + x * each + each * 0.12, y(at(m, x)), each * 0.76, y(0) - y(at(m, x))),
          [svg("title", {}, weeks[x] + " " + m.title.join(" / ") + " " + printed(m.values[i * n + x], m.decimals, true))]));
      }
    });
    for (var x = (n - 1) % step; x < n; x += step) words(g, "tx m", left + (x + 0.5) * each, h - 6, [weeks[x].split("-").pop(), weeks[x].split("-").pop()]);
    var legend = el("p", {"class": "legend"});
    series.forEach(function (m, s) {
      var all = 0;
      for (var x = 0; x < n; x++) all += m.values[i * n + x];
      add(legend, [el("span", {}, svg("svg", {viewBox: "0 0 10 10", "aria-hidden": "true"}, rect(series.length > 1 && s === 0 ? "f-s2" : "f-s", 0, 0, 10, 10)), title(m), " ",
        m.unit > 1 ? ["合计约\u00a0", "total about\u00a0"] : ["合计\u00a0", "total\u00a0"], m.money ? short(all) : printed(all, m.decimals, true))]);
    });
    return el("figure", {}, legend, el("div", {"class": "plot"}, g));
  }
  function weekly(head, i) {
    var by = {}, n = head.weeks ? head.weeks.length : 0, last = head.running ? ["灰色一周未结束", "the grey week is running"] : "";
    function chart(caption, back, front) {
      var f = front && bars(head, i, caption, back, front);
      return f ? add(card("", caption, ["近 " + n + " 周", "last " + n + " weeks"]), [f, last ? el("p", {"class": "note"}, last) : NONE]) : NONE;
    }
    (head.series || []).forEach(function (m) { by[m.id] = m; });
    return add(doc.createDocumentFragment(), [chart(["每周拜访", "Visits a week"], by["conversion.visits"], by["conversion.valid_visits"]),
      chart(["每周签约", "Signings a week"], NONE, by["conversion.signings"]),
      chart(["每周签约额（" + head.currency + "）", "Signed amount a week (" + head.currency + ")"], NONE, by["conversion.signed_amount"])]);
  }

  /* Those one level down, beside the unit and its own, of the period that is
  chosen. */
  function people(head, i) {
    var kids = head.children[i] || [], vps = head["conversion.valid_per_signing"];
    if (!kids.length) return NONE;
    var out = card("wide", ["下级", "One level down"], ["点名称下钻；灰线为规则", "names lead down; the grey line is the rule"]);
    var metrics = ["conversion.valid_visits", "conversion.signings", "conversion.valid_per_signing", "forecast.actual", "forecast.attainment", "forecast.deviation", "renewal.logo_rate", "receivables.overdue", "commission.payout"]
      .map(function (id) { return head[id]; }).filter(Boolean);
    head.kinds.forEach(function (kind, k) {
      var its = metrics.filter(function (m) { return kids.some(function (c) { return number(m, k, c) !== NONE; }); }), heads = [{text: ["名称", "Name"]}];
      its.forEach(function (m) {
        heads.push({text: m.title});
        if (m === vps) heads.push({text: ["95% 区间", "95% interval"], of: "l"});
      });
      var t = table(heads, kind.running);
      above(head, i).slice(0, 1).concat([i], kids).forEach(function (s, place) {
        var row = el("tr", {"class": s === i ? "tot" : kids.indexOf(s) < 0 ? "ref" : NONE}, el("th", {scope: "row"}, s === i ? name(head, s) : link(head, s)));
        its.forEach(function (m) {
          add(row, [el("td", {"class": m === vps ? toned(head, k, s) || NONE : NONE}, shown(m, number(m, k, s)))]);
          if (m === vps) row.appendChild(el("td", {"class": "l"}, whisker(head, m, k, s, false)));
        });
        t.body.appendChild(row);
      });
      out.appendChild(el("div", {"class": "v-" + kind.kind}, t.box));
    });
    return out;
  }

  function page(head, i, cases) {
    var id = head.anchors[i], crumbs = [], nav = el("nav", {"class": "crumb", "aria-label": "breadcrumb"});
    for (var u = i; u >= 0; u = head.parents[u]) crumbs.unshift(u);
    if (crumbs[0] !== 0) crumbs.unshift(0);
    crumbs.forEach(function (c, n) { add(nav, [n ? " › " : "", link(head, c)]); });
    var word = head.words[head.levels[i]], manager = head.managers[i];
    var out = el("section", {"class": "page rep", id: id}, nav, el("h1", {id: id + "-top", tabindex: "-1"}, name(head, i), " ", el("small", {}, word, manager ? " · " : "", manager ? el("bdi", {}, manager) : NONE)));
    return add(out, [add(el("div", {"class": "grid"}), [rule(head, i), weekly(head, i), people(head, i), makers.sheets ? makers.sheets(head, i) : NONE, matrix(head, i), cases])]);
  }

  /* Rows of the units below one, for a table that Go began: a cell for each of
  the columns ids. brief: amounts in words. up: those that have units too. */
  function below(head, i) {
    return (head.children[i] || []).filter(function (c) { return head.levels[c] !== head.rep; });
  }
  function unitRow(head, k, i, ids, brief) {
    var row = el("tr", {"class": below(head, i).length ? "up" : NONE}, el("th", {scope: "row"}, link(head, i))), vps = head["conversion.valid_per_signing"], tells = false;
    ids.forEach(function (id) {
      var m = id === "interval" ? vps : head[id], n = number(m, k, i), text = m ? shown(m, n) : DASH, words = brief && m && m.money && n !== NONE;
      tells = tells || text !== DASH && text !== "0";
      if (id === "interval") add(row, [el("td", {"class": "l", "data-v": n === NONE ? NONE : printed(n, m.decimals)}, m ? whisker(head, m, k, i, false) : NONE)]);
      else add(row, [el("td", {"class": m && m === vps && toned(head, k, i) || NONE, "data-v": words ? n : NONE}, words ? short(n) : text, m && open(m, k, i) ? el("i", {"class": "mk"}, "◦") : NONE)]);
    });
    return tells ? row : NONE;
  }
  makers.rows = function (tools, anchor, kind, ids, brief) {
    return load(tools).then(function (head) {
      var k = head.kinds.map(function (p) { return p.kind; }).indexOf(kind);
      return below(head, head.place[anchor]).map(function (c) { return unitRow(head, k, c, ids, brief); }).filter(Boolean);
    });
  };

  makers.kit = {add: add, el: el, svg: svg, rect: rect, card: card, table: table, printed: printed, number: number, open: open, shown: shown, dash: DASH};
  var columns;
  function load(tools) { return columns || (columns = tools.inflate("columns").then(read).then(prepare)); }
  makers.push(function (id, tools) {
    if (!doc.getElementById("columns")) return Promise.resolve(NONE);
    return load(tools).then(function (head) {
      if (!Object.prototype.hasOwnProperty.call(head.place, id) || !head.drawn[head.place[id]]) return NONE;
      return tools.part(id + "-lists").then(function (cases) { return page(head, head.place[id], cases); });
    });
  });
})();
