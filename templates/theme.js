/* The theme, in the head: one that is remembered holds before anything is
painted. The style sheet has its dark colours under a media query, which is told
to hold always or never. Print stays light. */
(function () {
  "use strict";
  var doc = document, dark = [];
  Array.prototype.forEach.call(doc.styleSheets, function (s) {
    Array.prototype.forEach.call(s.cssRules, function (r) {
      if (r.media && /prefers-color-scheme/.test(r.media.mediaText)) dark.push({media: r.media, text: r.media.mediaText});
    });
  });
  window.pageTheme = function (name) {
    dark.forEach(function (d) {
      d.media.mediaText = name === "dark" ? d.text.replace(/\s*(and)?\s*\(prefers-color-scheme:[^)]*\)/, "") : name === "light" ? "not all" : d.text;
    });
    doc.querySelector("meta[name=color-scheme]").content = name === "dark" || name === "light" ? name : "light dark";
  };
  try { window.pageTheme((JSON.parse(localStorage.getItem("crmreport")) || {}).theme); } catch (e) { /* no memory here */ }
})();
