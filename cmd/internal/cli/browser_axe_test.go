package cli

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// axe is the text of axe-core, which finds what keeps people out of a page.
// It is no part of the program: CRMREPORT_AXE names the file (.ci/run fetches
// it). Without it nothing is checked by it; where the browser is required that
// is a failure.
func axe(t *testing.T) string {
	t.Helper()
	path := os.Getenv("CRMREPORT_AXE")
	if path == "" {
		if os.Getenv("CRMREPORT_BROWSER") == "require" {
			t.Fatal("CRMREPORT_BROWSER=require, but CRMREPORT_AXE does not name axe.min.js")
		}
		return ""
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

// unshown takes what is not shown out of the page, and all but two of the rows
// of a table that are marked up alike: axe-core goes through each at length, to
// say the same again. All is measured before anything is taken out: the page is
// laid out once. shownAgain puts them back.
const (
	unshown = `(() => { window.detached = [];
const out = e => { const mark = document.createComment(""); e.replaceWith(mark); detached.push([mark, e]) };
const alike = e => e.nodeName + e.className + [...e.children].map(alike);
[...document.querySelectorAll(".page:not(.shown),script,[lang]:not(html)")].filter(e => !e.getClientRects().length).forEach(e => { if (e.isConnected) out(e) });
document.querySelectorAll("tbody").forEach(body => { const seen = {}; [...body.rows].forEach(r => { const k = alike(r); seen[k] = (seen[k] || 0) + 1; if (seen[k] > 2) out(r) }) }) })()`
	shownAgain = `detached.reverse().forEach(([mark, e]) => mark.replaceWith(e))`
)

// look runs axe-core on the page as it is and reports every finding.
func (b *browser) look(what, source string) (findings int) {
	b.t.Helper()
	var there bool
	if b.do(chromedp.Evaluate(`"axe" in window`, &there)); !there {
		b.do(chromedp.Evaluate(source+`;0`, nil))
	}
	var text string
	b.do(chromedp.Evaluate(unshown, nil),
		awaited(`axe.run(document, {resultTypes: ["violations"], elementRef: false}).then(r => JSON.stringify({found: r.violations, passed: r.passes.length}))`, &text),
		chromedp.Evaluate(shownAgain, nil))
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
	if said.Passed < 10 {
		b.t.Errorf("%s: only %d rules passed: axe-core did not look", what, said.Passed)
	}
	return len(said.Found)
}
