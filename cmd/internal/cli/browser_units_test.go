package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
	"crmreport/report"
	"crmreport/report/lang"
)

// unitsBox is the table of units on the first screen.
const unitsBox = "#overview-month-people .tw"

// unitRow is a row of it: where its name leads, how deep it stands, and by
// metric the number behind a cell or its text.
type unitRow struct {
	Anchor, Open string
	Depth        int
	Cells        map[string]string
}

func unitRows(b *browser) []unitRow {
	b.t.Helper()
	var out []unitRow
	b.do(chromedp.Evaluate(fmt.Sprintf(`(() => { const t = document.querySelector(%q + " table"), ids = [...t.querySelectorAll("thead th")].map(h => h.dataset.m);
return [...t.tBodies[0].rows].filter(r => !r.classList.contains("tot")).map(r => ({anchor: r.querySelector("th a").getAttribute("href").slice(1), depth: r.matches(".in1") ? 1 : r.matches(".in2") ? 2 : 0,
open: r.querySelector("button.unf") ? r.querySelector("button.unf").getAttribute("aria-expanded") : "",
cells: Object.fromEntries([...r.cells].map((c, i) => [ids[i] || "name", /amount|actual|overdue|payout/.test(ids[i]) && c.dataset.v || c.firstChild && c.firstChild.textContent || ""]))})) })()`, unitsBox), &out))
	return out
}

func unitButton(anchor string) string {
	return fmt.Sprintf(`document.querySelector(%q)`, unitsBox+` tr:has(a[href="#`+anchor+`"]) button.unf`)
}

// unfolded waits until the rows that a button names are there and nothing else is
// named.
func unfolded(anchor string) chromedp.Action {
	return until(`(b => b.getAttribute("aria-expanded") === "true" && b.getAttribute("aria-controls").split(" ").every(id => document.getElementById(id)))(` + unitButton(anchor) + `)`)
}

// unitText is the number of a column as the page has it, from the document.
func unitText(f finder, metric, scope, period string) string {
	v, ok := f.m[metric+" "+scope+" "+period]
	switch {
	case !ok || !v.OK:
		return lang.NoData
	case v.Currency != "":
		return strings.NewReplacer(",", "", "−", "-").Replace(lang.Whole(v.Num, measure.MinorDigits(v.Currency)))
	case metric == "conversion.valid_per_signing":
		return lang.Ratio(v.V)
	case strings.HasSuffix(metric, "_rate_count") || strings.HasSuffix(metric, "_rate") || metric == "forecast.attainment":
		return lang.Percent(v.V)
	}
	return lang.Count(v.V)
}

// unitsBelow are the units below one that have a number in the columns.
func unitsBelow(f finder, d *snapshot.Document, parent string, columns []string) []string {
	var out []string
	for _, s := range d.Scopes {
		if s.Parent == parent && s.Level != "rep" && slices.ContainsFunc(columns, func(m string) bool {
			t := unitText(f, m, s.ID, "2025-06")
			return t != "0" && t != lang.NoData
		}) {
			out = append(out, s.ID)
		}
	}
	return out
}

// manyUnits is the demo with so many teams more that areas and teams are drawn
// from columns.
func manyUnits(t *testing.T) *snapshot.Document {
	d := edited(t)
	values := slices.Collect(d.Values.All())
	for i := range 160 {
		id := fmt.Sprint("x", i)
		d.Scopes = append(d.Scopes, snapshot.Scope{ID: id, Level: "team", Name: fmt.Sprint("Team ", i), Parent: "华东/上海"})
		values = append(values, snapshot.Value{Metric: "conversion.valid_visits", Scope: id, Period: "2025-06", Num: int64(1000 + i), Den: 1, V: float64(1000 + i), OK: true, Final: true})
	}
	d.Values = snapshot.ValuesOf(values)
	return d
}

// A region's row opens its areas' in place, an area's its teams', with the
// document's own numbers in the same columns; by click and by key.
func TestBrowserUnitsUnfold(t *testing.T) {
	for name, d := range map[string]*snapshot.Document{"demo": edited(t), "many": manyUnits(t)} {
		t.Run(name, func(t *testing.T) {
			f, names, b := find(t, d), report.FileNames(d), openBrowser(t)
			b.do(chromedp.Navigate(pageURL(t, d)), shown("overview"))
			first := unitRows(b)
			region := names["华东"]
			b.do(chromedp.Evaluate(unitButton(region)+`.click()`, nil), unfolded(region))
			area := names["华东/上海"]
			// By keys: the button keeps the focus.
			var focused bool
			b.do(chromedp.Evaluate(unitButton(area)+`.focus()`, nil), chromedp.KeyEvent("\r"), unfolded(area), chromedp.Evaluate(`document.activeElement === `+unitButton(area), &focused))
			if !focused {
				t.Error("the button that opened a row has lost the focus")
			}
			b.shot("units-"+name, false)
			all := unitRows(b)
			compareUnits(t, f, d, names, all)
			if name == "many" {
				if n := len(all); n < 160+len(first) {
					t.Errorf("%d rows of many", n)
				}
			}
			b.do(chromedp.Evaluate(unitButton(region)+`.click()`, nil), until(unitButton(region)+`.getAttribute("aria-expanded") === "false"`))
			if again := unitRows(b); len(again) != len(first) {
				t.Errorf("%d rows after closing, %d before", len(again), len(first))
			}
			b.clean()
		})
	}
}

// compareUnits holds every row below another against the document, and the rows
// that an open one has against its units.
func compareUnits(t *testing.T, f finder, d *snapshot.Document, names map[string]string, rows []unitRow) {
	t.Helper()
	ids := map[string]string{}
	for id, anchor := range names {
		ids[anchor] = id
	}
	seen := 0
	for i, r := range rows {
		var columns, below []string
		for m, text := range r.Cells {
			if m == "name" || m == "interval" {
				continue
			}
			columns = append(columns, m)
			if r.Depth == 0 {
				continue
			}
			if want := unitText(f, m, ids[r.Anchor], "2025-06"); text != want {
				t.Errorf("%s of %s is %q, the document says %q", m, ids[r.Anchor], text, want)
			}
			seen++
		}
		for _, k := range rows[i+1:] {
			if k.Depth <= r.Depth {
				break
			}
			if k.Depth == r.Depth+1 {
				below = append(below, ids[k.Anchor])
			}
		}
		if r.Open == "true" {
			want := unitsBelow(f, d, ids[r.Anchor], columns)
			if slices.Sort(want); len(want) == 0 || !slices.Equal(slices.Sorted(slices.Values(below)), want) {
				t.Errorf("below %s are %v, the document has %v", ids[r.Anchor], below, want)
			}
		} else if len(below) > 0 {
			t.Errorf("%s is closed and has %v below", ids[r.Anchor], below)
		}
	}
	if seen < 50 {
		t.Errorf("%d numbers of deeper levels", seen)
	}
}

// What is open stays under its row when the table is sorted, is in its file and
// in print; on a phone the button is a finger wide; without the script there is
// none, and the names lead down.
func TestBrowserUnitsSortCSVPrint(t *testing.T) {
	d, b := edited(t), openBrowser(t)
	names := report.FileNames(d)
	region, area := names["华东"], names["华东/上海"]
	b.do(chromedp.Navigate(pageURL(t, d)), shown("overview"), chromedp.Evaluate(keepFiles, nil), chromedp.Evaluate(unitButton(region)+`.click()`, nil), unfolded(region),
		chromedp.Evaluate(unitButton(area)+`.click()`, nil), unfolded(area),
		chromedp.Evaluate(fmt.Sprintf(`document.querySelectorAll(%q)[1].click()`, unitsBox+" thead th .sort"), nil))
	var places []float64
	rows := unitRows(b)
	at := slices.IndexFunc(rows, func(r unitRow) bool { return r.Anchor == region })
	for _, r := range rows[at+1:] {
		if r.Depth == 0 {
			break
		}
		if r.Depth == 1 {
			continue
		}
		var n float64
		fmt.Sscan(strings.ReplaceAll(r.Cells["conversion.valid_visits"], ",", ""), &n)
		places = append(places, -n)
	}
	if at != 1 && at != 0 || len(places) < 2 || !slices.IsSorted(places) {
		t.Errorf("sorted by valid visits %s is at %d and below it are %v", region, at, places)
	}
	var text string
	b.do(chromedp.Evaluate(fmt.Sprintf(`document.querySelector(%q).parentNode.querySelector(".tools:not(.at)>button").click()`, unitsBox), nil), awaited(`window.kept[0].blob.text()`, &text))
	if got, want := strings.Count(text, "\r\n"), len(rows)+2; got != want || !strings.Contains(text, "\r\n上海,") {
		t.Errorf("the file has %d lines, want %d:\n%s", got, want, text)
	}
	sheets := strings.Join(b.printed("units"), "")
	if !strings.Contains(sheets, "上海") {
		t.Error("an open row is not printed")
	}
	var wide, high float64
	b.do(chromedp.EmulateViewport(390, 844), chromedp.Evaluate(unitButton(region)+`.getBoundingClientRect().width`, &wide), chromedp.Evaluate(unitButton(region)+`.getBoundingClientRect().height`, &high))
	if wide < 44 || high < 44 {
		t.Errorf("on a phone the button is %v × %v", wide, high)
	}
	b.shot("units-phone", false)
	b.clean()
}

// A dark theme that is remembered holds before the body has any content that
// could be painted light.
func TestBrowserThemeBeforePaint(t *testing.T) {
	url, b := reportURL(t), openBrowser(t)
	var light, ready string
	var seen []string
	b.do(chromedp.Navigate(url), shown("overview"), chromedp.Evaluate(`getComputedStyle(document.body).backgroundColor`, &light),
		chromedp.Evaluate(`document.getElementById("t-dark").click()`, nil),
		chromedp.ActionFunc(func(ctx context.Context) error {
			_, err := page.AddScriptToEvaluateOnNewDocument(`window.seen = [];
new MutationObserver(() => { if (document.body && !seen.length) seen.push(getComputedStyle(document.body).backgroundColor, document.readyState) }).observe(document, {childList: true, subtree: true})`).Do(ctx)
			return err
		}), chromedp.Reload(), shown("overview"), chromedp.Evaluate(`window.seen`, &seen), chromedp.Evaluate(`getComputedStyle(document.body).backgroundColor`, &ready))
	if len(seen) != 2 || seen[0] == light || seen[0] != ready || seen[1] != "loading" {
		t.Errorf("light is %s; first seen %v, in the end %s", light, seen, ready)
	}
	b.clean()
}
