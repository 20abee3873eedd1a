package cli

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"crmreport/report/limittest"
)

// misplaced is what stands where it cannot be read: a page wider than the
// screen, elements that leave it, text that its box cuts off or that leaves its
// card, text of a drawing over another or out of the drawing. What is in a box
// that scrolls by itself may be wide.
const misplaced = `(() => {
const out = [], wide = innerWidth, shown = e => e.getClientRects().length > 0;
const say = (what, e, more) => out.push(what + ": " + e.outerHTML.slice(0, 160) + " " + more);
const root = document.querySelector(".page.shown") || document.body, range = document.createRange();
if (document.documentElement.scrollWidth > wide) out.push("the page is " + document.documentElement.scrollWidth + " wide on " + wide);
const walk = (e, box) => {
  if (e.matches("svg,.vh,.skip,legend,input,script,style") || !shown(e)) return;
  const r = e.getBoundingClientRect(), o = getComputedStyle(e).overflowX;
  if (r.right > wide + 1 || r.left < -1) say("out of the screen", e, r.left + ".." + r.right);
  if ((o === "hidden" || o === "clip") && e.scrollWidth > e.clientWidth + 1) say("cut off", e, e.scrollWidth + " in " + e.clientWidth);
  if (e.matches(".card,.brief>div,.pill")) box = r;
  if (o === "auto" || o === "scroll") return;
  for (const c of e.childNodes) {
    if (c.nodeType === 1) walk(c, box);
    else if (box && c.nodeType === 3 && c.data.trim()) {
      range.selectNodeContents(c);
      const t = range.getBoundingClientRect();
      if (t.right > box.right + 1 || t.left < box.left - 1 || t.bottom > box.bottom + 1) say("out of its card", e, t.left + ".." + t.right);
    }
  }
};
walk(root, null);
document.querySelectorAll(".top").forEach(e => walk(e, null));
for (const svg of root.querySelectorAll("svg:has(text)")) {
  if (!shown(svg)) continue;
  const box = svg.getBoundingClientRect(), texts = [], id = svg.closest("[id]")?.id;
  for (const t of svg.querySelectorAll("text")) {
    const r = t.getBoundingClientRect(), lift = r.height * .2;
    if (!r.width || !t.textContent.trim()) continue;
    if (r.left < box.left - 2 || r.right > box.right + 2 || r.top + lift < box.top - 2 || r.bottom - lift > box.bottom + 2) say("out of the drawing", t, id);
    for (const [u, s] of texts) if (r.left + 1 < s.right && s.left + 1 < r.right && r.top + lift < s.bottom - lift && s.top + lift < r.bottom - lift) say("one over the other", t, u.textContent + " in " + id);
    texts.push([t, r]);
  }
}
return out })()`

// place reports what is misplaced.
func (b *browser) place(v view) int {
	b.t.Helper()
	var found []string
	b.do(chromedp.Evaluate(misplaced, &found))
	for i, f := range found {
		if i == 5 {
			b.t.Errorf("%s: %d faults in all", v, len(found))
			break
		}
		b.t.Errorf("%s: %s", v, f)
	}
	return len(found)
}

// Every kind of page, in both languages and themes, on a desk's screen, a
// tablet and a phone: everything can be read where it stands, and axe-core
// finds nothing that keeps anybody out. Where CRMREPORT_SHOTS names a folder
// there are pictures for people to look at: KIND-LANGUAGE-THEME-SIZE.png of the
// first screen, …-full.png of the whole page, KIND-LANGUAGE-THEME-print.pdf.
func TestBrowserEveryPage(t *testing.T) {
	source := axe(t)
	b := openBrowser(t)
	begun, placing, looking := time.Now(), time.Duration(0), time.Duration(0)
	views, faults, looks, findings := 0, 0, 0, 0
	b.walk(func(v view) {
		b.picture(v)
		from := time.Now()
		views, faults = views+1, faults+b.place(v)
		placing += time.Since(from)
		if from = time.Now(); source != "" && v.looked() {
			looks, findings = looks+1, findings+b.look(v.String(), source)
		}
		looking += time.Since(from)
	})
	b.clean()
	if views != 120 {
		t.Errorf("%d views, want 10 kinds of page in 2 languages, 2 themes and 3 sizes", views)
	}
	t.Logf("in %.0f s: layout %.0f s, axe-core %.0f s", time.Since(begun).Seconds(), placing.Seconds(), looking.Seconds())
	limittest.Say(t, "too wide, cut off or one over the other: 10 kinds of page, zh and en, light and dark, 1440, 1024 and 390 wide", "0", "%d in %d views", faults, views)
	if source == "" { // the layout was looked at; where the browser is required, axe has failed already
		t.Skip("SKIPPED, axe-core DID NOT LOOK: CRMREPORT_AXE does not name axe.min.js (npm pack axe-core)")
	}
	limittest.Say(t, "axe-core findings: every kind of page in zh, en, light, dark, 1440 and 390 wide", "0", "%d in %d views", findings, looks)
}

// looked reports whether axe-core looks at a view: every kind of page once in
// each language, theme and size, as zh-light-1440 and en-dark-390, and the first
// page in all eight. What it finds hangs on one of them at a time: contrast on
// the theme, names on the language, targets on the size; a look takes seconds.
func (v view) looked() bool {
	desk, phone := v.window == screens[0], v.window == screens[2]
	if v.name == "overview" && v.page != "" {
		return desk || phone
	}
	one := len(v.langs) == 1 // a file without a switch is its own language
	return desk && v.scheme == "light" && (one || v.lang == "zh") || phone && v.scheme == "dark" && (one || v.lang == "en")
}

// picture writes the pictures of a view.
func (b *browser) picture(v view) {
	b.t.Helper()
	dir := os.Getenv("CRMREPORT_SHOTS")
	if dir == "" {
		return
	}
	b.disclose(false)
	defer b.disclose(true)
	b.shot(v.String(), false)
	b.shot(v.String()+"-full", true)
	if v.window == screens[0] {
		if err := os.WriteFile(filepath.Join(dir, v.name+"-"+v.lang+"-"+v.scheme+"-print.pdf"), b.pdf(), 0o644); err != nil {
			b.t.Fatal(err)
		}
	}
}

// pdf is the page on A4.
func (b *browser) pdf() (pdf []byte) {
	b.t.Helper()
	const margin = 11 / 25.4 // as the style sheet has it
	b.do(chromedp.ActionFunc(func(ctx context.Context) (err error) {
		pdf, _, err = page.PrintToPDF().WithPaperWidth(8.27).WithPaperHeight(11.69).WithMarginTop(margin).WithMarginRight(margin).WithMarginBottom(margin).WithMarginLeft(margin).WithPrintBackground(true).Do(ctx)
		return err
	}))
	return pdf
}

// A chart drawn on a wide screen fits a phone when its page is opened again.
func TestBrowserChartsFit(t *testing.T) {
	url := reportURL(t)
	b := openBrowser(t)
	b.arrive(kind{file: url, page: "overview"})
	widest := `Math.max(...[...document.querySelectorAll(".page.shown .live svg")].filter(e => e.getClientRects().length).map(e => e.getBoundingClientRect().width))`
	var desk, phone float64
	b.do(chromedp.Evaluate(widest, &desk), chromedp.Evaluate(`location.hash = "quality"`, nil), shown("quality"), chromedp.EmulateViewport(390, 844),
		chromedp.Evaluate(`location.hash = "overview"`, nil), shown("overview"), until(widest+" > 0"), chromedp.Evaluate(widest, &phone))
	if desk < 500 || phone > 390 {
		t.Errorf("the widest chart has %.0f pixels at 1440 and %.0f at 390", desk, phone)
	}
	b.clean()
}
