package cli

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"crmreport/report"
)

// kind is one kind of page: where it is, and in which languages its file is.
type kind struct {
	name, file, page string
	langs            []string
}

// both are the languages of a file that has a switch.
var both = []string{"zh", "en"}

// kinds are all kinds of page that a build writes. Files for single readers are
// in one language: the English ones are of a second build.
func kinds(t *testing.T) []kind {
	t.Helper()
	d, _ := demoResult(t)
	url := reportURL(t)
	base, names, files := strings.TrimSuffix(url, "report.html"), report.FileNames(d.doc), ownFiles(t, d.out)
	first := map[string]string{"rep": "R0001"} // by level; the rep is one who has a page
	for _, s := range d.doc.Scopes {
		if _, there := first[s.Level]; !there {
			first[s.Level] = s.ID
		}
	}
	out := []kind{{"overview", url, "overview", both}}
	for _, level := range []string{"region", "area", "team", "rep"} {
		out = append(out, kind{level, url, names[first[level]], both})
	}
	out = append(out, kind{"quality", url, "quality", both}, kind{"definitions", url, "definitions", both},
		kind{"unit-file", base + files[first["team"]], "", both},
		kind{"statement", base + files["R0010"], "", both[:1]}, kind{"summary", base + "summary.html", "", both[:1]})
	en := filepath.Join(t.TempDir(), "en")
	run(t, exitOK, "build", "--data", d.data, "--out", en, "--lang", "en")
	base = "file://" + filepath.ToSlash(en) + "/latest/"
	return append(out, kind{"statement", base + files["R0010"], "", both[1:]}, kind{"summary", base + "summary.html", "", both[1:]})
}

// window is the size of a screen.
type window struct{ width, height int64 }

// screens are those the page is made for: a desk's, a tablet's, a phone's.
var screens = []window{{1440, 900}, {1024, 768}, {390, 844}}

// arrive opens a kind of page, whole: every card laid out, every disclosure
// open, every chart drawn. The file is loaded once: from page to page of it by the link.
func (b *browser) arrive(k kind) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(1440, 900), media("light"))
	var here string
	b.do(chromedp.Evaluate(`location.href.split("#")[0]`, &here))
	if here != k.file {
		b.opened = append(b.opened, k.file)
		b.do(chromedp.Navigate(k.file), chromedp.WaitReady("body"))
	}
	if k.page != "" {
		b.do(chromedp.Evaluate(fmt.Sprintf(`location.hash = %q`, k.page), nil), until(fmt.Sprintf(`document.querySelector(".page.shown")?.id === %q`, k.page)))
	}
	b.do(chromedp.Evaluate(laidOut, nil))
	b.disclose(true)
	b.do(chromedp.Poll(`![...document.querySelectorAll(".page.shown [data-part]")].some(e => e.getClientRects().length)`, nil, chromedp.WithPollingTimeout(2*time.Minute)), awaited(charts, nil))
}

// charts brings every chart of the page into sight, as a reader does, until it
// is drawn.
const charts = `(async () => { for (const c of document.querySelectorAll(".page.shown [data-chart]")) {
for (let n = 0; c.getClientRects().length && !c.classList.contains("on") && n < 200; n++) { c.scrollIntoView(); await new Promise(r => setTimeout(r, 20)) } }
scrollTo(0, 0) })()`

// view is a page as one reader has it.
type view struct {
	kind
	lang, scheme string
	window
}

func (v view) String() string {
	return fmt.Sprintf("%s-%s-%s-%dx%d", v.name, v.lang, v.scheme, v.width, v.height)
}

// turn shows the page in a language, theme and size, without loading it again.
func (b *browser) turn(v view) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(v.width, v.height), media(v.scheme), chromedp.Evaluate(fmt.Sprintf(`document.getElementById("lang-%s")?.click()`, v.lang), nil),
		awaited(`new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))`, nil))
}

// disclose opens all disclosures of the page that is shown, or closes them.
func (b *browser) disclose(open bool) {
	b.t.Helper()
	b.do(chromedp.Evaluate(fmt.Sprintf(`document.querySelectorAll(".page.shown details").forEach(e => e.open = %v)`, open), nil))
}

// walk calls see with every kind of page in both languages and themes and in
// three sizes.
func (b *browser) walk(see func(view)) {
	b.t.Helper()
	for _, k := range kinds(b.t) {
		b.arrive(k)
		for _, lang := range k.langs {
			for _, scheme := range []string{"light", "dark"} {
				for _, w := range screens {
					v := view{k, lang, scheme, w}
					b.turn(v)
					see(v)
				}
			}
		}
	}
	b.requests = slices.DeleteFunc(b.requests, func(u string) bool {
		u, _, _ = strings.Cut(u, "#")
		return slices.Contains(b.opened, u)
	})
}
