package cli

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// printed is the page on A4: the text of each sheet.
func (b *browser) printed(name string) []string {
	b.t.Helper()
	path, err := exec.LookPath("pdftotext")
	if err != nil {
		if os.Getenv("CRMREPORT_BROWSER") == "require" {
			b.t.Fatalf("CRMREPORT_BROWSER=require, but there is no pdftotext: %v", err)
		}
		b.t.Skip("SKIPPED, NO PRINT WAS READ: pdftotext is not installed (apt-get install poppler-utils)")
	}
	begun := time.Now()
	pdf := b.pdf()
	dir := b.t.TempDir()
	if shots := os.Getenv("CRMREPORT_SHOTS"); shots != "" {
		dir = shots
	}
	file := filepath.Join(dir, "print-"+name+".pdf")
	if err := os.WriteFile(file, pdf, 0o644); err != nil {
		b.t.Fatal(err)
	}
	out, err := exec.Command(path, "-layout", "-enc", "UTF-8", file, "-").Output()
	if err != nil {
		b.t.Fatal(err)
	}
	b.white(file)
	sheets := strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")
	b.t.Logf("%s: %d sheets, %d kB, in %d ms", name, len(sheets), len(pdf)/1000, time.Since(begun).Milliseconds())
	return sheets
}

// white looks at the first sheet as a small grey picture: its edge is paper.
func (b *browser) white(file string) {
	b.t.Helper()
	out, err := exec.Command("pdftoppm", "-r", "10", "-f", "1", "-l", "1", "-gray", file).Output()
	if err != nil {
		b.t.Fatal(err)
	}
	var wide, high, most int
	if _, err := fmt.Sscanf(string(out), "P5\n%d %d\n%d", &wide, &high, &most); err != nil || len(out) < wide*high {
		b.t.Fatalf("no picture of the print: %v", err)
	}
	for i, c := range out[len(out)-wide*high:][:2*wide] {
		if int(c) != most {
			b.t.Fatalf("the edge of the print is not white: %d of %d at %d", c, most, i)
		}
	}
}

// squashed is text without white space: a print breaks lines where it likes.
func squashed(s string) string { return strings.Join(strings.Fields(s), "") }

// On paper every sheet says whose numbers of which period these are and of
// which run; every headline number and every row of every table is there, in
// light colours, from a dark screen too.
func TestBrowserPrint(t *testing.T) {
	url := reportURL(t)
	d, _ := demoResult(t)
	b := openBrowser(t)
	var config string
	b.do(media("dark"), chromedp.Navigate(url), shown("overview"), chromedp.Evaluate(`/配置 [0-9a-f]{12}|默认配置/.exec(document.getElementById("runline").textContent)[0]`, &config), chromedp.Evaluate(`document.getElementById("t-dark").click()`, nil))
	for _, what := range []string{"overview", "unit"} {
		if what == "unit" {
			b.do(chromedp.Evaluate(`document.querySelector("#overview-month-people tbody a").click()`, nil), until(`document.querySelector(".page.shown").id !== "overview"`))
		}
		var rows, figures []string
		var scope, period string
		var wide int
		b.do(chromedp.Evaluate(`document.querySelector(".page.shown h1 bdi").innerText`, &scope),
			chromedp.Evaluate(`[...document.querySelectorAll(".page.shown .view")].find(e => e.getClientRects().length).querySelector(".scope b").innerText`, &period),
			chromedp.Evaluate(`[...document.querySelectorAll(".page.shown .kpi .num,.page.shown .brief b")].filter(e => e.getClientRects().length).map(e => e.innerText)`, &figures),
			chromedp.Evaluate(`document.querySelectorAll(".page.shown details").forEach(e => e.open = true);
document.querySelectorAll("button.unf").forEach(e => e.hidden = true); // it is on no paper
[...document.querySelectorAll(".page.shown tbody tr")].filter(e => e.getClientRects().length).map(r => [...r.cells].map(c => c.innerText).join(" "))`, &rows),
			chromedp.Evaluate(`document.querySelectorAll(".page.shown details").forEach(e => e.open = false); document.querySelectorAll("button.unf").forEach(e => e.hidden = false)`, nil),
			chromedp.EmulateViewport(711, 1000), printMediaDark(true), chromedp.Evaluate(`document.documentElement.scrollWidth`, &wide), printMediaDark(false), chromedp.EmulateViewport(1440, 900))
		if wide > 711 {
			t.Errorf("%s: the print is %d pixels wide, the sheet has 711", what, wide)
		}
		sheets := b.printed(what)
		line := []string{scope, period, d.doc.Currency, d.doc.AsOf, d.doc.Tool, config}
		for i, s := range sheets {
			for _, want := range line {
				if !strings.Contains(squashed(s[:min(len(s), 1200)]), squashed(want)) {
					t.Errorf("%s: sheet %d does not say %q in its first line:\n%.200s", what, i+1, want, s)
				}
			}
		}
		lost := missing(strings.Join(sheets, "\n"), rows, figures)
		for _, s := range lost[:min(len(lost), 5)] {
			t.Errorf("%s: the print lacks %q (%d such)", what, s, len(lost))
		}
		if len(rows) < 20 || len(figures) < 10 {
			t.Errorf("%s: %d rows, %d figures", what, len(rows), len(figures))
		}
		t.Logf("%s: %d of %d rows, figures %d", what, len(rows)+len(figures)-len(lost), len(rows)+len(figures), len(figures))
	}
	var ground string
	b.do(printMediaDark(true), chromedp.Evaluate(`getComputedStyle(document.documentElement).getPropertyValue("--ink")`, &ground), printMediaDark(false))
	if strings.TrimSpace(ground) != "#131720" {
		t.Errorf("the ink of the print is %q", ground)
	}
	b.clean()
}

// missing are the texts that a print lacks. A cell's words may stand on lines
// of their own between those of its neighbours, so each word is looked for.
func missing(text string, groups ...[]string) []string {
	whole := squashed(text)
	var lost []string
	for _, g := range groups {
		for _, s := range g {
			for _, word := range strings.Fields(s) {
				if !strings.Contains(whole, word) {
					lost = append(lost, fmt.Sprintf("%s (of %s)", word, s))
					break
				}
			}
		}
	}
	return lost
}
