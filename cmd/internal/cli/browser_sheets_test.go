package cli

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"crmreport/metrics"
	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
	"crmreport/report/lang"
)

// big is a document of so many units that the script draws areas and teams.
func big(d *snapshot.Document) *snapshot.Document {
	for i := range 160 {
		d.Scopes = append(d.Scopes, snapshot.Scope{ID: fmt.Sprint("more/", i), Level: "team", Name: fmt.Sprint("more ", i), Parent: d.Scopes[0].ID})
	}
	return d
}

// openScope opens the page of a scope that is drawn, by search for its anchor in the
// tables above it.
func openScope(b *browser, path ...string) {
	b.t.Helper()
	b.do(chromedp.Evaluate(`location.hash = "overview"`, nil), until(shownPage+` !== null && `+shownPage+`.id === "overview"`))
	for _, name := range path {
		find := fmt.Sprintf(`[...`+shownPage+`.querySelectorAll("tbody th a")].find(a => a.textContent === %q && a.getClientRects().length)`, name)
		var here string
		b.do(until(find+` !== undefined`), chromedp.Evaluate(shownPage+`.id`, &here), chromedp.Evaluate(find+`.click()`, nil), until(shownPage+`.id !== "`+here+`"`))
	}
}

// An area and a team of a large company have the funnel, the forecast and the cash that
// metrics.json has, for every period of the switch.
func TestBrowserUnitsOfManyAreTheFile(t *testing.T) {
	d := big(edited(t))
	b := openBrowser(t)
	b.do(chromedp.Navigate(pageURL(t, d)), until(shownPage+` !== null`))
	defs := map[string]measure.Definition{}
	for _, def := range metrics.Definitions() {
		defs[def.ID] = def
	}
	words := map[string]string{}
	for _, w := range d.Words {
		words[w.Text.ZH] = w.ID
	}
	// A document read from metrics.json has ids for titles.
	heads := map[string][2]string{"进入者通过率": {"funnel.cohort_step_conversion", "stage="}, "新建中到达": {"funnel.reached", "stage="}, "停留天数（中位）": {"funnel.median_days", "stage="}, "进行中": {"funnel.open", "stage="},
		"进行中金额": {"funnel.open_amount", "stage="}, "停滞": {"funnel.stalled", "stage="}, "停滞额": {"funnel.stalled_amount", "stage="}, "receivables.bucket": {"receivables.bucket", "bucket="}}
	for _, unit := range []struct {
		id   string
		path []string
	}{{"华东/上海", []string{"华东", "上海"}}, {"华东/上海/一组", []string{"华东", "上海", "一组"}}} {
		openScope(b, unit.path...)
		seen := map[string]int{}
		for _, kind := range []string{"week", "month", "quarter", "year"} {
			period := ""
			for _, p := range d.Periods {
				if p.Kind == kind && p.Role == snapshot.RoleCurrent {
					period = p.Name
				}
			}
			var cells [][4]string // heading, title, link, number
			b.do(chromedp.Evaluate(fmt.Sprintf(`document.getElementById("p-%s").click()`, kind), nil), chromedp.Evaluate(laidOut+`, [...`+shownPage+`.querySelectorAll(".cols.v-`+kind+` table")].flatMap(t =>
[...t.tBodies[0].rows].flatMap(r => [...r.cells].slice(1).map((c, i) => [t.tHead.rows[0].cells[i + 1], r.cells[0]].map(x => (x.querySelector("[lang=zh-CN]") || x).textContent).concat([ r.cells[0].querySelector("a") ? r.cells[0].querySelector("a").getAttribute("href") : "", c.firstChild.textContent]))))`, &cells))
			for _, c := range cells {
				metric, key := strings.TrimPrefix(c[2], "#d-"), ""
				if of, ok := heads[c[0]]; ok && metric == "" {
					metric, key = of[0], of[1]+words[c[1]]
					if words[c[1]] == "" {
						key = of[1] + c[1]
					}
				}
				if metric == "" || c[0] == "值" {
					continue // of the stretch compared with, and of closed periods
				}
				want := lang.NoData
				if v, ok := d.Values.Find(metric, unit.id, period, key); ok && v.OK {
					want = printedValue(defs[metric], v)
				}
				if c[3] != want {
					t.Errorf("%s %s of %s in %s is shown as %q, the file says %q", metric, key, unit.id, period, c[3], want)
				}
				if want != lang.NoData {
					seen[strings.Split(metric, ".")[0]]++
				}
			}
		}
		if seen["funnel"] < 60 || seen["receivables"] < 30 || seen["commission"] < 9 || seen["forecast"] < 4 {
			t.Errorf("numbers of %s: %v", unit.id, seen)
		}
		b.shot("units-"+fmt.Sprint(len(unit.path)), true)
	}
	b.clean()
}

// printedValue is a value as narrow pages print it.
func printedValue(d measure.Definition, v snapshot.Value) string {
	switch {
	case d.Kind == measure.Amount:
		return lang.Whole(v.Num, measure.MinorDigits(v.Currency))
	case d.Kind == measure.Count:
		return lang.Count(v.V)
	case d.ID == "forecast.deviation":
		return lang.Signed(v.V*100, 1) + "%"
	case d.Unit == measure.UnitPercent:
		return lang.Percent(v.V)
	case d.Unit == measure.UnitDays:
		return lang.Fixed(v.V, 1)
	}
	return lang.Ratio(v.V)
}

// Names that are no names run nothing on the pages of areas and teams either.
func TestBrowserUnitsOfManyHostile(t *testing.T) {
	d := big(hostileDocument(t))
	b := openBrowser(t)
	b.do(chromedp.Navigate(pageURL(t, d)), until(shownPage+` !== null`))
	for range 3 {
		var here string
		next := `[...` + shownPage + `.querySelectorAll("tbody tr:not(.tot):not(.ref) th a")].find(a => a.getClientRects().length && /^#[rat]-/.test(a.getAttribute("href")))`
		b.do(chromedp.Evaluate(shownPage+`.id`, &here), chromedp.Evaluate(next+`.click()`, nil), until(shownPage+`.id !== "`+here+`"`))
		for _, width := range []int64{1440, 390} {
			var wide, images int64
			var hacked bool
			b.do(chromedp.EmulateViewport(width, 900), chromedp.Evaluate(laidOut+`, document.documentElement.scrollWidth`, &wide),
				chromedp.Evaluate(`document.images.length + document.querySelectorAll("[onload],[onerror],iframe,object").length`, &images), chromedp.Evaluate(`window.hacked !== undefined`, &hacked))
			if wide > width || images != 0 || hacked {
				t.Errorf("below %s: %d pixels on %d, %d images, something ran: %v", here, wide, width, images, hacked)
			}
		}
	}
	var sections int
	b.do(chromedp.Evaluate(shownPage+`.querySelectorAll(".cols").length`, &sections))
	if sections == 0 {
		t.Error("the team's page has no sections")
	}
	b.clean()
}
