package cli

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// The files for single readers and the summary open without an error, a
// request or a policy violation, and a unit's page leads to its reps.
func TestBrowserOpensOwnFiles(t *testing.T) {
	report := reportURL(t)
	d, _ := demoResult(t)
	files := ownFiles(t, d.out)
	base := strings.TrimSuffix(report, "report.html")
	b := openBrowser(t)
	asked := []string{base + files["华东/上海/一组"], base + files["R0010"], base + "summary.html"}
	var unit, rep, statement, summary string
	var wide bool
	b.do(chromedp.Navigate(asked[0]), chromedp.WaitReady("body"), chromedp.Evaluate(visibleText, &unit),
		chromedp.Evaluate(`location.hash = document.querySelector("main th a[href^='#r-']").getAttribute("href")`, nil),
		chromedp.Poll(`document.querySelector("#overview").getClientRects().length === 0`, nil), chromedp.Evaluate(visibleText, &rep),
		chromedp.Navigate(asked[1]), chromedp.WaitReady("body"), chromedp.Evaluate(visibleText, &statement),
		chromedp.Navigate(asked[2]), chromedp.WaitReady("body"), chromedp.Evaluate(visibleText, &summary),
		chromedp.EmulateViewport(390, 844), chromedp.Evaluate(`document.documentElement.scrollWidth > 800`, &wide))
	for name, c := range map[string][2]string{"unit": {unit, "一组"}, "rep": {rep, "一组"}, "statement": {statement, "合计即本月应发"}, "summary": {summary, "较上次报告的变化"}} {
		if !strings.Contains(c[0], c[1]) || len(c[0]) < 300 {
			t.Errorf("%s shows\n%.400s", name, c[0])
		}
	}
	if rep == unit || wide {
		t.Errorf("the rep's page is not shown (%v), or the summary is too wide for a phone (%v)", rep == unit, wide)
	}
	b.requests = slices.DeleteFunc(b.requests, func(u string) bool {
		u, _, _ = strings.Cut(u, "#")
		return slices.Contains(asked, u)
	})
	b.clean()
}
