package cli

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// axe is the text of axe-core, which finds what keeps people out of a page.
// It is no part of the program: CRMREPORT_AXE names the file (.ci/run fetches
// it). Without it the test skips; where the browser is required it fails.
func axe(t *testing.T) string {
	t.Helper()
	path := os.Getenv("CRMREPORT_AXE")
	if path == "" {
		if os.Getenv("CRMREPORT_BROWSER") == "require" {
			t.Fatal("CRMREPORT_BROWSER=require, but CRMREPORT_AXE does not name axe.min.js")
		}
		t.Skip("SKIPPED, NO PAGE WAS CHECKED: CRMREPORT_AXE does not name axe.min.js (npm pack axe-core)")
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// finding is what axe-core says of a page.
type finding struct {
	ID, Impact, Help string
	Nodes            []struct {
		HTML, FailureSummary string
	}
}

// look runs axe-core on the page as it is and reports every finding.
func (b *browser) look(what, source string) {
	b.t.Helper()
	var text string
	begun := time.Now()
	b.do(chromedp.Evaluate(source+`;0`, nil),
		awaited(`axe.run({exclude: [[".page:not(.shown)"], [".view[data-part]"]]}, {resultTypes: ["violations"], elementRef: false}).then(r => JSON.stringify(r.violations))`, &text))
	var found []finding
	if err := json.Unmarshal([]byte(text), &found); err != nil {
		b.t.Fatal(err)
	}
	for _, f := range found {
		n := f.Nodes[0]
		b.t.Errorf("%s: %s (%s, %d places): %s\n%.300s\n%.300s", what, f.ID, f.Impact, len(f.Nodes), f.Help, n.HTML, strings.ReplaceAll(n.FailureSummary, "\n", " "))
	}
	b.t.Logf("%s: %d findings, in %d ms", what, len(found), time.Since(begun).Milliseconds())
}

// Nothing keeps anybody out: axe-core has no finding on any kind of page, in
// both languages and themes, on a screen and a phone.
func TestBrowserAxe(t *testing.T) {
	source := axe(t)
	url := reportURL(t)
	const unit = "first unit" // the first that the company's page leads to
	pages := []string{"overview", unit, "r-R0001", "quality", "definitions"}
	for _, c := range []struct {
		name, lang, scheme string
		width, height      int64
		pages              []string
	}{
		{"zh", "zh", "light", 1440, 900, pages},
		{"en dark", "en", "dark", 1440, 900, pages[:1]},
		{"zh dark phone", "zh", "dark", 390, 844, pages[1:3]},
		{"en phone", "en", "light", 390, 844, pages[:1]},
	} {
		b := openBrowser(t)
		b.do(chromedp.EmulateViewport(c.width, c.height), media(c.scheme))
		b.do(chromedp.Navigate(url), shown("overview"), chromedp.Evaluate(`document.getElementById("lang-`+c.lang+`").click()`, nil))
		for _, p := range c.pages {
			if p == unit {
				b.do(chromedp.Evaluate(`document.querySelector("#overview-month-people tbody a").click()`, nil), until(`document.querySelector(".page.shown").id !== "overview"`))
			} else {
				b.do(chromedp.Evaluate(`location.hash = "`+p+`"`, nil), until(`document.querySelector(".page.shown").id === "`+p+`"`))
			}
			b.look(c.name+" "+p, source)
			b.shot(strings.ReplaceAll(c.name+" "+p, " ", "-"), false)
		}
		b.clean()
	}
}
