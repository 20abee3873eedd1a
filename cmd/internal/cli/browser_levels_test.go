package cli

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"crmreport/metrics"
	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
	"crmreport/report"
	"crmreport/report/lang"
)

const shownPage = `document.querySelector(".page.shown")`

// crumbs is the breadcrumb of the page on the screen, one link each.
func crumbs(b *browser) []string {
	var out []string
	b.do(chromedp.Evaluate(`[...`+shownPage+`.querySelectorAll(".crumb a")].map(a => a.textContent)`, &out))
	return out
}

// repValues are the rows of metrics-reps.csv: metric, scope, period → value.
func repValues(t *testing.T, url string) map[[3]string]snapshot.Value {
	t.Helper()
	f, err := os.Open(filepath.Join(filepath.Dir(strings.TrimPrefix(url, "file://")), "metrics-reps.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[[3]string]snapshot.Value{}
	for _, r := range rows[1:] {
		if r[3] != "" {
			continue
		}
		v := snapshot.Value{OK: r[6] != "", Currency: r[13]}
		v.Num, _ = strconv.ParseInt(r[4], 10, 64)
		v.V, _ = strconv.ParseFloat(r[6], 64)
		out[[3]string{r[0], r[1], r[2]}] = v
	}
	return out
}

// From the company down to a rep by clicking, one level after the other, and
// back by the back button; every number of the rep's page is the file's.
func TestBrowserLevelsByClicking(t *testing.T) {
	url := reportURL(t)
	b := openBrowser(t)
	b.do(chromedp.Navigate(url), until(shownPage+` !== null`))
	var trail []string
	for depth := 1; ; depth++ {
		var down, here string
		b.do(chromedp.Evaluate(shownPage+`.id`, &here),
			chromedp.Evaluate(`(() => { const a = [...`+shownPage+`.querySelectorAll("tbody tr:not(.tot):not(.ref) th a")].find(a => /^#[rat]-/.test(a.getAttribute("href")) && a.getClientRects().length); return a ? a.getAttribute("href") : "" })()`, &down))
		trail = append(trail, here)
		if down == "" {
			break
		}
		b.do(chromedp.Evaluate(`[...`+shownPage+`.querySelectorAll("tbody th a")].find(a => a.getAttribute("href") === "`+down+`" && a.getClientRects().length).click()`, nil), shown(down[1:]))
		if got := crumbs(b); len(got) != depth+1 {
			t.Fatalf("at %s the breadcrumb is %q", down, got)
		}
	}
	if len(trail) != 5 {
		t.Fatalf("the levels are %v, want company, region, area, team, rep", trail)
	}
	b.shot("levels-rep", true)
	compareRep(t, b, url, trail[4])
	for i := len(trail) - 2; i >= 0; i-- {
		b.do(chromedp.NavigateBack(), shown(trail[i]))
	}
	b.clean()
}

// compareRep holds the table of periods of a rep's page against metrics-reps.csv.
func compareRep(t *testing.T, b *browser, url, anchor string) {
	t.Helper()
	kinds := map[string]measure.Definition{}
	for _, d := range metrics.Definitions() {
		kinds[d.ID] = d
	}
	values, rep := repValues(t, url), strings.TrimPrefix(anchor, "r-")
	var heads []string
	var rows [][]string
	table := shownPage + `.querySelector("table.run:has(a[href='#d-conversion.visits'])")`
	b.do(chromedp.Evaluate(`[...`+table+`.querySelectorAll("thead th")].map(h => h.textContent)`, &heads),
		chromedp.Evaluate(`[...`+table+`.querySelectorAll("tbody tr")].map(r => [r.querySelector("th a").getAttribute("href")].concat([...r.querySelectorAll("td")].map(d => d.firstChild.textContent)))`, &rows))
	seen := 0
	for _, r := range rows {
		metric := strings.TrimPrefix(r[0], "#d-")
		for i, text := range r[1:] {
			v, there := values[[3]string{metric, rep, heads[1+i]}]
			want := lang.NoData
			switch d := kinds[metric]; {
			case !there || !v.OK:
			case d.Kind == measure.Amount:
				want = lang.Whole(v.Num, measure.MinorDigits(v.Currency))
			case d.Kind == measure.Count:
				want = lang.Count(v.V)
			case metric == "forecast.deviation":
				want = lang.Signed(v.V*100, 1) + "%"
			case d.Unit == measure.UnitPercent:
				want = lang.Percent(v.V)
			default:
				want = lang.Ratio(v.V)
			}
			if text != want {
				t.Errorf("%s of %s in %s is shown as %q, the file says %q", metric, rep, heads[1+i], text, want)
			}
			seen++
		}
	}
	if seen < 40 {
		t.Errorf("%d numbers on the page of %s", seen, rep)
	}
}

// A link opened in a fresh tab leads to its page, in either language; one to
// nothing says so in both and offers the overview.
func TestBrowserLevelsByLink(t *testing.T) {
	url := reportURL(t)
	b := openBrowser(t)
	b.do(chromedp.Navigate(url+"#r-R0001"), shown("r-R0001"))
	var text string
	b.do(chromedp.Evaluate(`document.getElementById("lang-en").click()`, nil), chromedp.Evaluate(laidOut+`, document.getElementById("r-R0001").innerText`, &text))
	for _, want := range []string{"Every period", "last 52 weeks", "95% interval", "In grey, for reference", "Lists"} {
		if !strings.Contains(text, want) {
			t.Errorf("in English the rep's page lacks %q", want)
		}
	}
	if strings.ContainsAny(text, "周签约") {
		t.Error("in English the rep's page has Chinese on it")
	}
	for _, link := range []string{"#r-nobody", "#no<b>thing", "#%zz", "#parts", "#r-R0001-lists-more-of-it"} {
		b.do(chromedp.Navigate("about:blank"), chromedp.Navigate(url+link))
		if strings.HasPrefix(link, "#r-R0001") {
			b.do(shown("r-R0001")) // the page that the name begins with
			continue
		}
		var zh, en string
		b.do(shown("missing"), chromedp.Evaluate(`document.getElementById("lang-zh").click()`, nil), chromedp.Evaluate(visibleText, &zh), chromedp.Evaluate(`document.getElementById("lang-en").click()`, nil), chromedp.Evaluate(visibleText, &en))
		if !strings.Contains(zh, "没有这一页") || !strings.Contains(en, "No such page") {
			t.Errorf("%s: the page does not say that there is none", link)
		}
		b.do(chromedp.Evaluate(`document.querySelector("#missing p a").click()`, nil), shown("overview"))
	}
	// A section of another kind of period than the page opens with.
	var week bool
	b.do(chromedp.Navigate("about:blank"), chromedp.Navigate(url+"#overview-week-funnel"), shown("overview-week-funnel"), chromedp.Evaluate(`document.getElementById("p-week").checked`, &week))
	if !week {
		t.Error("a link to the week's funnel does not choose the week")
	}
	b.clean()
}

// The script writes numbers as report/lang does.
func TestBrowserLevelsNumbers(t *testing.T) {
	url := reportURL(t)
	b := openBrowser(t)
	r := rand.New(rand.NewPCG(1, 1))
	xs := []float64{0, 0.45, -0.04, -2.5, 1.005, 999, 1000, 9999, 10000, 99999.5, 999999, 1e6, 1e8 - 1, 1e8, 4.46e9, -25000, 0.125, 2.675, 123456789012}
	for range 3000 {
		x := math.Round((r.Float64()-0.3)*math.Pow(10, float64(r.IntN(14)))*1000) / 1000
		xs = append(xs, x, math.Trunc(x), math.Trunc(x)/2, x/3)
	}
	in, err := json.Marshal(xs)
	if err != nil {
		t.Fatal(err)
	}
	var got [][]string
	b.do(chromedp.Navigate(url), chromedp.WaitReady("body"),
		chromedp.Evaluate(fmt.Sprintf(`%s.map(x => [0, 1, 2].map(d => pageMakers.format.fixed(x, d)).concat(pageMakers.format.short(x)).concat([pageMakers.format.printed(Math.trunc(x), 2)]))`, in), &got))
	faults := 0
	for i, x := range xs {
		s := lang.Short(x)
		want := []string{lang.Fixed(x, 0), lang.Fixed(x, 1), lang.Fixed(x, 2), s.ZH, s.EN, lang.Exact(int64(x), 2)}
		for k := range want {
			if want[k] != got[i][k] && faults < 20 {
				faults++
				t.Errorf("%v is %q in the script, %q in Go", x, got[i][k], want[k])
			}
		}
	}
	b.clean()
}

// Names that would be markup are text on a drawn page, in its links and in its
// title; nothing runs.
func TestBrowserLevelsHostileNames(t *testing.T) {
	names := []string{`</script><script>window.pwned=1</script>`, `"><img src=x onerror=window.pwned=1>`, `__f__window.pwned=1__f__`, "a\u2028b", "\u202eevil", strings.Repeat("长", 300), "😀👩‍💻", `javascript:window.pwned=1`}
	d := &snapshot.Document{AsOf: "2025-03-09", Currency: "CNY", Golden: 8, Scopes: []snapshot.Scope{{ID: "company", Level: "company", Name: names[0]}, {ID: "t", Level: "team", Name: names[1], Parent: "company", Manager: names[0]}},
		Periods: []snapshot.Period{{Name: "2025-03", Kind: "month", Start: "2025-03-01", Last: "2025-03-31", Role: snapshot.RoleCurrent, Running: true}},
		Series:  &snapshot.Series{Weeks: []snapshot.Period{{Name: "2025-W09"}, {Name: names[0]}}, Rows: map[string][]snapshot.SeriesRow{}}}
	d.Definitions = []measure.Definition{{ID: "conversion.visits", Kind: measure.Count, Title: measure.Text{ZH: names[0], EN: names[1]}}}
	values := []snapshot.Value{{Metric: "conversion.visits", Scope: "company", Period: "2025-03", Num: 9, Den: 1, V: 9, OK: true}}
	for i, n := range names {
		id := fmt.Sprint("r", i)
		d.Scopes = append(d.Scopes, snapshot.Scope{ID: id, Level: "rep", Name: n, Parent: "t", Manager: n})
		values = append(values, snapshot.Value{Metric: "conversion.visits", Scope: id, Period: "2025-03", Num: 9, Den: 1, V: 9, OK: true})
		d.Series.Rows[id] = []snapshot.SeriesRow{{Metric: "conversion.visits", Scale: 1, Weeks: []int64{4, 5}}, {Metric: "conversion.valid_visits", Scale: 1, Weeks: []int64{2, 3}}}
	}
	d.Values = snapshot.ValuesOf(values)
	file := pageFile(t, d)
	b := openBrowser(t)
	for i, n := range names {
		id := fmt.Sprint("r-r", i)
		var text string
		var bad bool
		var wide int
		b.do(chromedp.Navigate("file://"+file+"#"+id), shown(id), chromedp.Evaluate(`document.getElementById("`+id+`").querySelector("h1 bdi").textContent`, &text),
			chromedp.Evaluate(`"pwned" in window || document.querySelectorAll("img, main script:not([type])").length > 0`, &bad), chromedp.Evaluate(`document.documentElement.scrollWidth`, &wide))
		if text != n || bad || wide > 1440 {
			t.Errorf("%.40q: the heading is %.40q, something runs: %v, %d pixels wide", n, text, bad, wide)
		}
	}
	b.clean()
}

// pageFile writes the page of a document.
func pageFile(t *testing.T, d *snapshot.Document) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.html")
	var out strings.Builder
	if err := report.Page(&out, d, report.Options{}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(out.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// With hundreds of units the pages of areas and teams are drawn too: their own
// numbers, those of the units above in grey, and those one level down.
func TestBrowserLevelsOfManyUnits(t *testing.T) {
	d := &snapshot.Document{AsOf: "2025-03-09", Currency: "CNY", Golden: 8, Scopes: []snapshot.Scope{{ID: "company", Level: "company"}, {ID: "a", Level: "area", Name: "Harbour", Parent: "company"}},
		Periods: []snapshot.Period{{Name: "2025-03", Kind: "month", Start: "2025-03-01", Last: "2025-03-31", Role: snapshot.RoleCurrent}}}
	d.Definitions = []measure.Definition{{ID: "conversion.valid_visits", Kind: measure.Count, Title: measure.Text{ZH: "有效拜访", EN: "Valid visits"}}}
	var values []snapshot.Value
	add := func(scope string, n int64) {
		values = append(values, snapshot.Value{Metric: "conversion.valid_visits", Scope: scope, Period: "2025-03", Num: n, Den: 1, V: float64(n), OK: true, Final: true})
	}
	add("company", 99000)
	add("a", 98000)
	for i := range 200 {
		team, rep := fmt.Sprint("t", i), fmt.Sprint("r", i)
		d.Scopes = append(d.Scopes, snapshot.Scope{ID: team, Level: "team", Name: fmt.Sprint("Team ", i), Parent: "a"}, snapshot.Scope{ID: rep, Level: "rep", Name: fmt.Sprint("Rep ", i), Parent: team})
		add(team, int64(5000+i))
		add(rep, int64(-3000-i))
	}
	d.Values = snapshot.ValuesOf(values)
	file := pageFile(t, d)
	b := openBrowser(t)
	for _, c := range []struct {
		id   string
		want []string
	}{{"a-a", []string{"Harbour", "98,000", "99,000", "Team 7", "5,007"}}, {"t-t7", []string{"Team 7", "5,007", "98,000 / 99,000", "Rep 7", "−3,007"}}, {"r-r7", []string{"Rep 7", "−3,007", "5,007 / 99,000"}}} {
		var text string
		b.do(chromedp.Navigate("file://"+file+"#"+c.id), shown(c.id), chromedp.Evaluate(laidOut+`, document.getElementById("`+c.id+`").innerText`, &text))
		for _, want := range c.want {
			if !strings.Contains(text, want) {
				t.Errorf("the page of %s lacks %q:\n%.600s", c.id, want, text)
			}
		}
	}
	b.clean()
}

// The file of 200 reps is small and is there within a second.
func TestBrowserLevelsLimits(t *testing.T) {
	url := reportURL(t)
	info, err := os.Stat(strings.TrimPrefix(url, "file://"))
	if err != nil {
		t.Fatal(err)
	}
	b := openBrowser(t)
	best, drill := math.Inf(1), math.Inf(1)
	for range 5 {
		var loaded, drawn float64
		b.do(chromedp.Navigate("about:blank"), chromedp.Navigate(url), chromedp.WaitReady("body"),
			chromedp.Evaluate(`performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd`, &loaded),
			chromedp.Evaluate(`new Promise(done => { const from = performance.now(); location.hash = "r-R0001"; const look = () => document.getElementById("r-R0001") ? done(performance.now() - from) : setTimeout(look, 2); look() })`, &drawn, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
		best, drill = min(best, loaded), min(drill, drawn)
	}
	t.Logf("report.html of 200 reps: %d bytes (limit 1,200,000), DOMContentLoaded %.0f ms (limit 1000), first drill-down to a rep %.0f ms", info.Size(), best, drill)
	if info.Size() > 1_200_000 || best > 1000 {
		t.Errorf("%d bytes, %.0f ms: over the limit", info.Size(), best)
	}
	b.clean()
}
