package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
	"crmreport/report/limittest"
)

// maxPage is what a report of 200 reps may weigh.
const maxPage = 1_200_000

// A page of 200 reps keeps its size. How fast it opens is printed beside an
// empty page of the same run, never judged: machines are busy.
func TestBrowserLimits(t *testing.T) {
	url := reportURL(t)
	info, err := os.Stat(strings.TrimPrefix(url, "file://"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > maxPage {
		t.Errorf("report.html has %d bytes, the limit is %d", info.Size(), maxPage)
	}
	empty := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(empty, []byte("<!DOCTYPE html><title>empty</title><p>empty"), 0o644); err != nil {
		t.Fatal(err)
	}
	b := openBrowser(t)
	const times = 5
	first, ready := map[string][]float64{}, map[string][]float64{}
	for range times {
		for _, u := range []string{"file://" + empty, url} {
			var took []float64
			b.do(chromedp.Navigate(u), awaited(`new Promise(done => { const look = n => {
const paint = performance.getEntriesByName("first-contentful-paint")[0];
if (paint || !n) done([paint ? paint.startTime : -1, performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd]);
else setTimeout(look, 50, n - 1) }; look(400) })`, &took))
			first[u], ready[u] = append(first[u], took[0]), append(ready[u], took[1])
		}
	}
	median := func(v []float64) float64 { slices.Sort(v); return v[len(v)/2] }
	p, e := median(first[url]), median(first["file://"+empty])
	limittest.Say(t, "report.html of 200 reps", "1,200,000 bytes", "%d", info.Size())
	limittest.Say(t, "first contentful paint against an empty page", "3 times", "%.1f times (%.0f ms to %.0f ms)", p/e, p, e)
	limittest.Say(t, "DOMContentLoaded at 200 reps", "1000 ms", "%.0f ms", median(ready[url]))
	b.clean()
	limittest.Say(t, "requests, console errors, violations of the policy", "0", "%d", len(b.requests)+len(b.faults))
}

// hostile are names that break pages which paste them together.
var hostile = []string{
	`</script><script>window.hacked=1</script>`, `__f__window.hacked=1__f__`, `"><img src=x onerror=window.hacked=1>`, "a\u2028b\u2029c",
	"\u202eright to left", strings.Repeat("长", 300), strings.Repeat("W", 300), "👩‍👩‍👧‍👦🔥", "", `<!--<script>`, `{{.}}`, `' onload='window.hacked=1`,
}

// hostileDocument is the demo's with such names in every place that data reach.
func hostileDocument(t *testing.T) *snapshot.Document {
	d := edited(t)
	n := 0
	next := func() string { n++; return hostile[n%len(hostile)] }
	text := func() measure.Text { s := next(); return measure.Text{ZH: s, EN: s} }
	for i := range d.Scopes {
		d.Scopes[i].Name, d.Scopes[i].Manager = next(), next()
	}
	for i, l := range d.Lists {
		l.Title, l.Columns, l.Rows = text(), slices.Clone(l.Columns), slices.Clone(l.Rows)
		for j := range l.Columns {
			l.Columns[j].Title = text()
		}
		for j := range l.Rows {
			l.Rows[j].Cells = slices.Clone(l.Rows[j].Cells)
			for k, c := range l.Rows[j].Cells {
				if k < len(l.Columns) && l.Columns[k].Kind == measure.CellText {
					c.Text = next()
					l.Rows[j].Cells[k] = c
				}
			}
		}
		d.Lists[i] = l
	}
	for i := range d.Inputs {
		d.Inputs[i].File, d.Inputs[i].Encoding = next(), next()
		d.Inputs[i].Problems = nil
		for range hostile {
			d.Inputs[i].Problems = append(d.Inputs[i].Problems, snapshot.Problem{Code: next(), Column: next(), Example: next(), Expected: next(), Count: 1})
		}
	}
	for i := range d.Words {
		d.Words[i].Text = text()
	}
	for i := range d.Warnings {
		d.Warnings[i].Text = text()
	}
	for i := range d.Definitions {
		d.Definitions[i].Title, d.Definitions[i].Meaning, d.Definitions[i].Formula = text(), text(), text()
	}
	d.Tool, d.Timezone = hostile[0], hostile[2]
	return d
}

// Names that are no names run nothing and break nothing, wherever they stand:
// on each kind of page, in search, in tooltips and in files.
func TestBrowserHostileNames(t *testing.T) {
	url := pageURL(t, hostileDocument(t))
	b := openBrowser(t)
	b.do(chromedp.Navigate(url), shown("overview"), chromedp.Evaluate(keepFiles, nil))
	pages := 0
	for _, w := range screens {
		width := w.width
		b.do(chromedp.EmulateViewport(width, w.height))
		for _, p := range []string{"overview", "unit", "r-R0001", "quality", "definitions"} {
			if p == "unit" {
				b.do(chromedp.Evaluate(`location.hash = "overview"`, nil), until(`document.querySelector(".page.shown").id === "overview"`),
					chromedp.Evaluate(`document.querySelector("#overview-month-people tbody a").click()`, nil), until(`document.querySelector(".page.shown").id !== "overview"`))
			} else {
				b.do(chromedp.Evaluate(fmt.Sprintf(`location.hash = %q`, p), nil), until(fmt.Sprintf(`document.querySelector(".page.shown").id === %q`, p)))
			}
			var wide int64
			var images int
			var hacked bool
			var widest string
			b.do(chromedp.Evaluate(`document.querySelectorAll("details").forEach(e => e.open = true); document.documentElement.scrollWidth`, &wide),
				chromedp.Evaluate(`document.images.length + document.querySelectorAll("[onload],[onerror],iframe,object").length`, &images),
				chromedp.Evaluate(`window.hacked !== undefined`, &hacked),
				chromedp.Evaluate(`(() => { const e = [...document.querySelectorAll(".page.shown *,header *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".tw,.tabs,.vh,svg"))[0]; return e ? e.outerHTML.slice(0, 200) : "" })()`, &widest))
			if wide > width || widest != "" {
				t.Errorf("%s is %d pixels wide on %d: %q", p, wide, width, widest)
			}
			pages++
			if images != 0 || hacked {
				t.Errorf("%s: %d images and handlers, something ran: %v", p, images, hacked)
			}
		}
	}
	var found, kept int
	var hacked bool
	b.do(chromedp.Evaluate(`location.hash = "overview"`, nil), until(`document.querySelector(".page.shown").id === "overview"`),
		chromedp.Evaluate(`(() => { const f = document.getElementById("find"); f.focus(); f.value = "script"; f.dispatchEvent(new Event("input")) })()`, nil),
		until(`document.querySelectorAll("#found a").length > 0`), chromedp.Evaluate(`document.querySelectorAll("#found a").length`, &found),
		chromedp.Evaluate(`document.querySelectorAll(".page.shown .tools:not(.at)>button").forEach(e => e.click()); window.kept.length`, &kept),
		chromedp.Evaluate(`window.hacked !== undefined`, &hacked))
	if found == 0 || kept == 0 || hacked {
		t.Errorf("%d found, %d files, something ran: %v", found, kept, hacked)
	}
	b.clean()
	limittest.Say(t, "hostile names: run, or break a page, 1440, 1024 and 390 wide", "0", "0 of %d names on %d pages", len(hostile), pages)
}
