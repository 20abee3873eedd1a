package cli

import (
	"encoding/json"
	"fmt"
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
	b.do(chromedp.Evaluate(source+`;`+laidOut+`, 0`, nil),
		awaited(`axe.run(document, {resultTypes: ["violations"], elementRef: false}).then(r => JSON.stringify({found: r.violations, passed: r.passes.length}))`, &text))
	var said struct {
		Found  []finding
		Passed int
	}
	if err := json.Unmarshal([]byte(text), &said); err != nil {
		b.t.Fatal(err)
	}
	for _, f := range said.Found {
		n := f.Nodes[0]
		b.t.Errorf("%s: %s (%s, %d places): %s\n%.300s\n%.300s", what, f.ID, f.Impact, len(f.Nodes), f.Help, n.HTML, strings.ReplaceAll(n.FailureSummary, "\n", " "))
	}
	if said.Passed < 15 {
		b.t.Errorf("%s: only %d rules passed: axe-core did not look", what, said.Passed)
	}
	b.t.Logf("%s: %d findings, %d rules passed, in %d ms", what, len(said.Found), said.Passed, time.Since(begun).Milliseconds())
}

// Nothing keeps anybody out: axe-core has no finding on any kind of page, in
// both languages and themes, on a screen and a phone.
func TestBrowserAxe(t *testing.T) {
	source := axe(t)
	url := reportURL(t)
	b := openBrowser(t)
	unit := ""
	b.do(chromedp.Navigate(url), shown("overview"), chromedp.Evaluate(`document.querySelector("#overview-month-people tbody a").hash.slice(1)`, &unit))
	for _, c := range []struct {
		lang, scheme  string
		width, height int64
		pages         []string
	}{
		{"zh", "light", 1440, 900, []string{"overview", unit, "r-R0001", "quality", "definitions"}},
		{"en", "dark", 1440, 900, []string{"overview", "r-R0001"}},
		{"zh", "dark", 390, 844, []string{unit, "r-R0001"}},
		{"en", "light", 390, 844, []string{"overview", "quality"}},
	} {
		b.do(chromedp.EmulateViewport(c.width, c.height), media(c.scheme))
		for _, p := range c.pages {
			// what is not shown is taken out: axe-core goes through it at length, to leave it
			b.do(chromedp.Navigate("about:blank"), chromedp.Navigate(url+"#"+p+"?lang="+c.lang), until(`document.querySelector(".page.shown")?.id === "`+p+`"`),
				chromedp.Evaluate(`document.querySelectorAll(".page:not(.shown),script,[lang]:not(html)").forEach(e => { if (!e.getClientRects().length) e.remove() })`, nil))
			name := fmt.Sprintf("%s-%s-%d-%s", c.lang, c.scheme, c.width, p)
			b.look(name, source)
			b.shot(name, false)
		}
	}
	b.clean()
}
