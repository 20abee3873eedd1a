package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"crmreport/metrics/snapshot"
	"crmreport/report"
)

// pageURL writes a page of d and is its address.
func pageURL(t *testing.T, d *snapshot.Document) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.html")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := report.Page(f, d, report.Options{}); err != nil {
		t.Fatal(err)
	}
	return "file://" + path
}

// edited is a copy of the demo's document whose parts may be replaced.
func edited(t *testing.T) *snapshot.Document {
	t.Helper()
	d, _ := demoResult(t)
	c := *d.doc
	c.Golden, c.Tolerance = 8, [2]int64{1, 10} // metrics.json has them in the configuration alone
	c.Scopes, c.Inputs, c.Lists = slices.Clone(c.Scopes), slices.Clone(c.Inputs), slices.Clone(c.Lists)
	c.Words, c.Warnings, c.Definitions = slices.Clone(c.Words), slices.Clone(c.Warnings), slices.Clone(c.Definitions)
	return &c
}

// keepFiles catches what the page gives to download: its name and bytes.
const keepFiles = `(() => { window.kept = [];
const make = URL.createObjectURL; let last; URL.createObjectURL = b => { last = b; return make(b) };
const click = HTMLAnchorElement.prototype.click;
HTMLAnchorElement.prototype.click = function () { if (this.download) window.kept.push({name: this.download, blob: last}); else click.call(this) } })()`

// column is the texts of a column of the table whose box is at the selector.
func column(selector string, i int) string {
	return fmt.Sprintf(`[...document.querySelectorAll(%q)][0].querySelector("table").tBodies[0].rows ? [...document.querySelectorAll(%q)][0].querySelectorAll("tbody tr:not(.off)").values().map(r => r.cells[%d].dataset.v || r.cells[%d].innerText).toArray() : []`, selector, selector, i, i)
}

// The units' table sorts by the numbers behind the texts, both ways and back,
// with the total where it was; its file has what is shown, with the document's
// own numbers.
func TestBrowserSortAndCSV(t *testing.T) {
	url := reportURL(t)
	b := openBrowser(t)
	box := "#overview-month-people .tw"
	head := func(i int) string {
		return fmt.Sprintf(`document.querySelectorAll(%q)[%d].click()`, box+" thead th .sort", i)
	}
	aria := func(i int) string {
		return fmt.Sprintf(`document.querySelectorAll(%q)[%d].getAttribute("aria-sort")`, box+" thead th", i)
	}
	var first, down, up, again []string
	var sorted string
	b.do(chromedp.Navigate(url), shown("overview"), chromedp.Evaluate(keepFiles, nil), chromedp.Evaluate(column(box, 5), &first),
		chromedp.Evaluate(head(5), nil), chromedp.Evaluate(column(box, 5), &down), chromedp.Evaluate(aria(5), &sorted),
		chromedp.Evaluate(head(5), nil), chromedp.Evaluate(column(box, 5), &up), chromedp.Evaluate(head(5), nil), chromedp.Evaluate(column(box, 5), &again))
	if sorted != "descending" || !slices.Equal(first, again) || len(first) < 4 {
		t.Fatalf("aria-sort %q; %v, after three clicks %v", sorted, first, again)
	}
	for _, got := range [][]string{down, up} {
		if got[0] != first[0] {
			t.Errorf("the total has left the top: %v", got)
		}
	}
	numbers := func(ss []string) []float64 {
		var out []float64
		for _, s := range ss[1:] {
			v, err := strconv.ParseFloat(s, 64)
			if err != nil {
				t.Errorf("a cell without its number: %q", s)
			}
			out = append(out, v)
		}
		return out
	}
	if ds, us := numbers(down), numbers(up); !slices.IsSorted(us) || !slices.IsSortedFunc(ds, func(a, b float64) int { return int(b - a) }) {
		t.Errorf("sorted down %v, up %v", ds, us)
	}
	var name string
	var data []byte
	var bytes []int
	b.do(chromedp.Evaluate(fmt.Sprintf(`document.querySelector(%q).parentNode.querySelector(".tools:not(.at)>button").click()`, box), nil),
		chromedp.Evaluate(`window.kept[0].name`, &name), awaited(`window.kept[0].blob.arrayBuffer().then(b => [...new Uint8Array(b)])`, &bytes))
	for _, c := range bytes {
		data = append(data, byte(c))
	}
	text, marked := strings.CutPrefix(string(data), "\ufeff")
	lines := strings.Split(strings.TrimSuffix(text, "\r\n"), "\r\n")
	if !marked || len(lines) != len(first)+1 || name != "全公司_单位与个人_2025-06.csv" {
		t.Fatalf("%s: %d lines, mark %v\n%s", name, len(lines), marked, text)
	}
	d, f := demoResult(t)
	amount := f.get("forecast.actual company %s", "2025-06")
	if want := strconv.FormatInt(roundMinor(amount.Num), 10); !strings.Contains(lines[1], ","+want+",") {
		t.Errorf("the total's line %q lacks the signed amount %s of %s", lines[1], want, d.out)
	}
	b.clean()
}

func roundMinor(v int64) int64 { return (v + 50) / 100 }

// A table of more than fifty rows comes in pages, on paper whole; what could be
// a formula is none in its file.
func TestBrowserPagerAndFormulas(t *testing.T) {
	d := edited(t)
	in := d.Inputs[0]
	in.Problems = nil
	for i := range 120 {
		in.Problems = append(in.Problems, snapshot.Problem{Code: "not_a_date", Column: "=cmd()", Example: []string{"-2+3", "@x", "+1", "\tx", "a,\"b\""}[i%5], Expected: "plain", Line: i + 2, Count: 1, Rejects: true})
	}
	d.Inputs[0] = in
	url := pageURL(t, d)
	b := openBrowser(t)
	box := "#quality .card:nth-child(2) .tw"
	var page1, page3, printed int
	var text string
	b.do(chromedp.Navigate(url+"#quality"), shown("quality"), chromedp.Evaluate(keepFiles, nil))
	count := fmt.Sprintf(`[...document.querySelectorAll(%q)].filter(e => e.getClientRects().length).length`, box+" tbody tr")
	next := `document.querySelector("#quality .card:nth-child(2) .pager button:last-child").click()`
	b.do(chromedp.Evaluate(count, &page1), chromedp.Evaluate(next, nil), chromedp.Evaluate(next, nil), chromedp.Evaluate(count, &page3),
		printMedia(true), chromedp.Evaluate(count, &printed), printMedia(false),
		chromedp.Evaluate(`document.querySelector("#quality .card:nth-child(2) .tools:not(.at)>button").click()`, nil),
		awaited(`window.kept[0].blob.text()`, &text))
	if page1 != 50 || page3 != 20 || printed != 120 {
		t.Errorf("%d rows on the first page, %d on the third, %d on paper", page1, page3, printed)
	}
	for _, want := range []string{",'=cmd(),", ",'-2+3,", ",'@x,", ",'+1,", `,"a,""b""",`} {
		if !strings.Contains(text, want) {
			t.Errorf("the file lacks %q:\n%.600s", want, text)
		}
	}
	if n := strings.Count(text, "\r\n"); n != 21 {
		t.Errorf("the file has %d lines, the page shows 20 rows and a head", n)
	}
	b.clean()
}

// slash is the key alone: KeyEvent types the letter even where the page has
// taken the key.
func slash() chromedp.Action { return input.DispatchKeyEvent(input.KeyRawDown).WithKey("/") }

// Search by keys alone: / leads to the box, arrows through the results, Enter
// opens one; its heading has the focus. Escape closes.
func TestBrowserSearchByKeys(t *testing.T) {
	url := reportURL(t)
	b := openBrowser(t)
	d, _ := demoResult(t)
	var rep snapshot.Scope
	for _, s := range d.doc.Scopes {
		if s.ID == "R0001" {
			rep = s
		}
	}
	var hash, focus, metric string
	results := `document.querySelectorAll("#found a").length > 0 && !document.getElementById("found").hidden`
	b.do(chromedp.Navigate(url), shown("overview"), slash(), until(`document.activeElement.id === "find"`), input.InsertText(rep.Name), until(results))
	b.do(chromedp.KeyEvent(kb.ArrowDown), until(`document.activeElement.closest("#found") !== null`))
	b.do(chromedp.KeyEvent(kb.Escape), until(`document.getElementById("found").hidden && document.activeElement.id === "find"`))
	b.do(chromedp.Evaluate(`document.getElementById("find").value = ""`, nil), chromedp.KeyEvent("r0001"), until(results))
	b.do(chromedp.KeyEvent(kb.Enter), shown("r-R0001"), chromedp.Evaluate(`location.hash`, &hash), until(`document.activeElement.tagName === "H1"`), chromedp.Evaluate(`document.activeElement.innerText`, &focus))
	if hash != "#r-R0001" || !strings.Contains(focus, rep.Name) {
		t.Errorf("the search opened %s, the focus is at %q, want %s", hash, focus, rep.Name)
	}
	b.do(slash(), input.InsertText("conversion.valid_per"), until(`[...document.querySelectorAll("#found a")].some(a => a.hash.startsWith("#d-"))`),
		chromedp.Evaluate(`document.querySelector("#found a").hash`, &metric), chromedp.KeyEvent(kb.Enter), shown(strings.TrimPrefix("d-conversion.valid_per_signing", "#")))
	b.clean()
}

// The theme, language and period that somebody chose hold in the next page and
// the link says them to others; the system's theme is left by a switch.
func TestBrowserSwitchesAreRemembered(t *testing.T) {
	url := reportURL(t)
	b := openBrowser(t)
	background := `getComputedStyle(document.body).backgroundColor`
	var system, dark, forced, back, remembered, link string
	var en, week bool
	b.do(chromedp.Navigate(url), shown("overview"), chromedp.Evaluate(background, &system), chromedp.Evaluate(`document.getElementById("t-dark").click()`, nil),
		chromedp.Evaluate(background, &dark), media("dark"), chromedp.Evaluate(`document.getElementById("t-light").click()`, nil), chromedp.Evaluate(background, &forced),
		chromedp.Evaluate(`document.getElementById("t-system").click()`, nil), chromedp.Evaluate(background, &back),
		chromedp.Evaluate(`document.getElementById("lang-en").click(); document.getElementById("p-week").click()`, nil), shown("overview-week-funnel"),
		chromedp.Evaluate(`document.getElementById("t-light").click()`, nil),
		chromedp.Reload(), shown("overview-week-funnel"), chromedp.Evaluate(background, &remembered),
		chromedp.Evaluate(`document.getElementById("lang-en").checked`, &en), chromedp.Evaluate(`document.getElementById("p-week").checked`, &week))
	if dark == system || forced != system || back != dark || remembered != system || !en || !week {
		t.Errorf("light %s, dark chosen %s, light chosen on a dark system %s, system again %s, after a reload %s; English %v, week %v", system, dark, forced, back, remembered, en, week)
	}
	b.do(chromedp.Evaluate(`navigator.clipboard.writeText = s => { window.copied = s; return Promise.resolve() }; document.querySelector("#overview-week-funnel .tools.at button").click()`, nil), chromedp.Evaluate(`window.copied`, &link))
	if !strings.HasSuffix(link, "#overview-week-funnel?lang=en&period=week") {
		t.Errorf("the link of a section is %s", link)
	}
	other := openBrowser(t)
	other.do(chromedp.Navigate(link), shown("overview-week-funnel"), chromedp.Evaluate(`document.getElementById("lang-en").checked`, &en))
	if !en {
		t.Error("the link does not carry the language")
	}
	// A section of another period than the page opens with, without more words.
	other.do(chromedp.Navigate("about:blank"), chromedp.Navigate(url+"#overview-quarter-cash"), shown("overview-quarter-cash"))
	b.clean()
	other.clean()
}

// Every mark of a drawing says its number to the mouse and to keys; a drawing
// is a picture in the language shown.
func TestBrowserTooltipsAndPictures(t *testing.T) {
	url := reportURL(t)
	b := openBrowser(t)
	var tip, spoken, name string
	var at []float64
	var shape []int
	b.do(chromedp.Navigate(url), shown("overview"), chromedp.Evaluate(keepFiles, nil),
		chromedp.Evaluate(`(() => { const r = document.querySelector("#overview-month-conversion .plot"); r.scrollIntoView({block: "center"}); const q = r.querySelector("rect").getBoundingClientRect(); return [q.x + q.width / 2, q.y + q.height / 2] })()`, &at),
		awaited(`new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))`, nil)) // the page hides a tooltip when it scrolls
	b.do(chromedp.MouseEvent("mouseMoved", at[0], at[1]), until(`!document.getElementById("tip").hidden`), chromedp.Evaluate(`document.getElementById("tip").innerText`, &tip),
		chromedp.KeyEvent(kb.Escape), until(`document.getElementById("tip").hidden`),
		chromedp.Evaluate(`document.querySelector("#overview-month-conversion .plot").focus()`, nil), chromedp.KeyEvent(kb.ArrowRight), chromedp.KeyEvent(kb.ArrowRight),
		chromedp.Evaluate(`document.getElementById("status").innerText`, &spoken))
	if !strings.HasPrefix(tip, "计划：") || !strings.HasPrefix(spoken, "数量：") {
		t.Errorf("the mouse reads %q, keys read %q", tip, spoken)
	}
	b.do(chromedp.Evaluate(`document.querySelector("#overview-month-conversion figure .tools button").click()`, nil), until(`window.kept.length > 0`),
		chromedp.Evaluate(`window.kept[0].name`, &name),
		awaited(`createImageBitmap(window.kept[0].blob).then(i => { const c = document.createElement("canvas"); c.width = i.width; c.height = i.height; const g = c.getContext("2d"); g.drawImage(i, 0, 0);
const p = new Set(); const d = g.getImageData(0, 0, i.width, i.height).data; for (let k = 0; k < d.length; k += 4) p.add(d[k] << 16 | d[k + 1] << 8 | d[k + 2]); return [i.width, i.height, p.has(0x2a5fa5) ? 1 : 0, p.size] })`, &shape))
	if name != "全公司_数量-→-质量-→-转化_2025-06.png" || len(shape) != 4 || shape[0] < 900 || shape[1] < 300 || shape[2] != 1 {
		t.Errorf("the picture %s is %v", name, shape)
	}
	if dir := os.Getenv("CRMREPORT_SHOTS"); dir != "" {
		var bytes []int
		b.do(awaited(`window.kept[0].blob.arrayBuffer().then(b => [...new Uint8Array(b)])`, &bytes))
		png := make([]byte, len(bytes))
		for i, c := range bytes {
			png[i] = byte(c)
		}
		if err := os.WriteFile(filepath.Join(dir, "picture.png"), png, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b.clean()
}
