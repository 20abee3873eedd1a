package cli

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browser opens Chromium and collects what a page must not do. Without
// Chromium the test skips and says so; with CRMREPORT_BROWSER=require (CI) that
// is a failure.
type browser struct {
	t   *testing.T
	ctx context.Context

	mu       sync.Mutex
	faults   []string // console errors, exceptions, CSP violations
	requests []string // all but the page itself
}

func openBrowser(t *testing.T) *browser {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CRMREPORT_BROWSER") == "require" {
			t.Fatalf("CRMREPORT_BROWSER=require, but there is no chromium: %v", err)
		}
		t.Skip("SKIPPED, NO PAGE WAS OPENED: chromium is not installed (apt-get install chromium)")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.WindowSize(1440, 900))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	ctx, done := context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(done)
	b := &browser{t: t, ctx: ctx}
	chromedp.ListenTarget(ctx, b.listen)
	if err := chromedp.Run(ctx, network.Enable(), log.Enable(), runtime.Enable()); err != nil {
		t.Fatalf("chromium does not start: %v", err)
	}
	return b
}

func (b *browser) listen(ev any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := ev.(type) {
	case *runtime.EventExceptionThrown:
		b.faults = append(b.faults, "exception: "+e.ExceptionDetails.Error())
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.APITypeError || e.Type == runtime.APITypeWarning {
			text := ""
			for _, a := range e.Args {
				text += " " + a.Description + string(a.Value)
			}
			b.faults = append(b.faults, fmt.Sprintf("console.%s:%s", e.Type, text))
		}
	case *log.EventEntryAdded:
		b.faults = append(b.faults, fmt.Sprintf("log %s: %s", e.Entry.Level, e.Entry.Text))
	case *network.EventRequestWillBeSent:
		if u := e.Request.URL; !strings.HasSuffix(strings.SplitN(u, "#", 2)[0], "/report.html") && !strings.HasPrefix(u, "data:") {
			b.requests = append(b.requests, u)
		}
	}
}

func (b *browser) do(actions ...chromedp.Action) {
	b.t.Helper()
	if err := chromedp.Run(b.ctx, actions...); err != nil {
		b.t.Fatalf("browser: %v", err)
	}
}

// clean fails on anything that the page did and must not.
func (b *browser) clean() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, f := range b.faults {
		b.t.Errorf("the page is not clean: %s", f)
	}
	for _, r := range b.requests {
		b.t.Errorf("the page asked for %s", r)
	}
}

// shot writes a screenshot where CRMREPORT_SHOTS names a folder, for people to
// look at.
func (b *browser) shot(name string, full bool) {
	b.t.Helper()
	dir := os.Getenv("CRMREPORT_SHOTS")
	if dir == "" {
		return
	}
	var png []byte
	if full {
		b.do(chromedp.FullScreenshot(&png, 100))
	} else {
		b.do(chromedp.CaptureScreenshot(&png))
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

func reportURL(t *testing.T) string {
	t.Helper()
	d, _ := demoResult(t)
	path, err := filepath.EvalSymlinks(filepath.Join(d.out, "latest"))
	if err != nil {
		t.Fatal(err)
	}
	abs, err := filepath.Abs(filepath.Join(path, "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	return "file://" + abs
}

// shown waits until the element with the id is on the screen or below it.
func shown(id string) chromedp.Action {
	return chromedp.Poll(fmt.Sprintf(`document.getElementById(%q) !== null && document.getElementById(%q).getClientRects().length > 0`, id, id), nil, chromedp.WithPollingTimeout(20*time.Second))
}

const visibleText = `document.body.innerText`

// The page opens without an error, a request or a policy violation; its charts
// draw; links lead to a team and the back button returns.
func TestBrowserOpensTheReport(t *testing.T) {
	url := reportURL(t)
	b := openBrowser(t)
	var text, title string
	var charts, drawn int
	b.do(chromedp.Navigate(url), chromedp.WaitReady("body"), chromedp.Evaluate(visibleText, &text), chromedp.Title(&title))
	if len(text) < 2000 || title == "" {
		t.Fatalf("the page shows %d characters under the title %q", len(text), title)
	}
	b.shot("overview-zh-1440", false)
	b.shot("overview-zh-full", true)
	b.do(chromedp.Evaluate(`document.querySelectorAll('[data-chart]').length`, &charts),
		chromedp.Evaluate(`for (const e of document.querySelectorAll('[data-chart]')) { if (e.offsetParent) { e.scrollIntoView(); } }`, nil),
		chromedp.Sleep(1500*time.Millisecond),
		chromedp.Evaluate(`[...document.querySelectorAll('[data-chart]')].filter(e => e.offsetParent && e.querySelector('svg')).length`, &drawn))
	if charts == 0 || drawn == 0 {
		t.Errorf("%d charts, %d drawn", charts, drawn)
	}
	var before, after, back, other string
	b.do(chromedp.Evaluate(visibleText, &before),
		chromedp.Evaluate(`location.hash = "r-R0001"`, nil), shown("r-R0001"), chromedp.Evaluate(visibleText, &after),
		chromedp.NavigateBack(), shown("overview"), chromedp.Evaluate(visibleText, &back))
	if after == before || len(after) < 200 || back != before {
		t.Errorf("a rep's page is not shown:\n%s\nor back does not return (%v)", after, back == before)
	}
	// A period that is not in the file as it stands, and a definition of another metric than the headlines.
	b.do(chromedp.Evaluate(`document.getElementById("p-week").click()`, nil), shown("overview-week-funnel"), chromedp.Evaluate(visibleText, &other))
	if other == before || !strings.Contains(other, "2025-W26") {
		t.Error("choosing the week shows nothing new")
	}
	b.do(chromedp.Evaluate(`location.hash = "d-funnel.cohort_share"`, nil), shown("d-funnel.cohort_share"))
	b.clean()
}

// With JavaScript off every headline number of the first screen is there.
func TestBrowserWithoutJavaScript(t *testing.T) {
	url := reportURL(t)
	texts := map[bool]string{}
	for _, off := range []bool{false, true} {
		b := openBrowser(t)
		var text string
		b.do(emulation.SetScriptExecutionDisabled(off), chromedp.Navigate(url), chromedp.WaitReady("body"), chromedp.Evaluate(`document.querySelector("main").innerText`, &text))
		texts[off] = text
		b.clean()
	}
	d, f := demoResult(t)
	want := fmt.Sprintf("%.2f", f.get("conversion.valid_per_signing company %s", d.truth.Quarter.Name).V)
	if !strings.Contains(texts[true], want) {
		t.Errorf("without JavaScript the page lacks %s, the valid visits per signing", want)
	}
	// Charts may add text (axis labels); nothing may be missing.
	for _, line := range strings.Split(texts[false], "\n") {
		if line = strings.TrimSpace(line); strings.ContainsAny(line, "0123456789") && !strings.Contains(texts[true], line) {
			t.Errorf("without JavaScript the page lacks the line %q", line)
		}
	}
}

// A phone: nothing is wider than the screen. English: the other language is
// gone. Dark: it is dark. Print: A4 pages come out.
func TestBrowserPhoneEnglishDarkPrint(t *testing.T) {
	url := reportURL(t)
	b := openBrowser(t)
	var wide int
	b.do(chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile), chromedp.Navigate(url), chromedp.WaitReady("body"),
		chromedp.Evaluate(`document.documentElement.scrollWidth`, &wide))
	if wide > 390 {
		t.Errorf("on a phone the page is %d pixels wide, want 390", wide)
	}
	b.shot("phone-zh", false)
	b.shot("phone-zh-full", true)
	var english string
	b.do(chromedp.EmulateViewport(1440, 900), chromedp.Navigate(url), chromedp.WaitReady("#lang-en"),
		chromedp.Evaluate(`document.querySelector('#lang-en').click()`, nil), chromedp.Sleep(200*time.Millisecond), chromedp.Evaluate(visibleText, &english))
	for _, word := range []string{"有效拜访", "预测", "续约"} {
		if strings.Contains(english, word) {
			t.Errorf("in English the page still shows %q", word)
		}
	}
	for _, word := range []string{"valid visits", "forecast", "renew", "overdue"} {
		if !strings.Contains(strings.ToLower(english), word) {
			t.Errorf("in English the page does not show %q", word)
		}
	}
	b.shot("overview-en-1440", false)
	b.shot("overview-en-full", true)
	var light, dark string
	background := `getComputedStyle(document.body).backgroundColor`
	b.do(chromedp.Evaluate(background, &light),
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}),
		chromedp.Evaluate(background, &dark))
	if light == dark {
		t.Errorf("dark is %s, as light is", dark)
	}
	b.shot("overview-dark", false)
	var pdf []byte
	b.do(chromedp.ActionFunc(func(ctx context.Context) error {
		var err error
		pdf, _, err = page.PrintToPDF().WithPaperWidth(8.27).WithPaperHeight(11.69).WithPrintBackground(true).Do(ctx)
		return err
	}))
	if len(pdf) < 20000 {
		t.Errorf("the print has %d bytes", len(pdf))
	}
	if dir := os.Getenv("CRMREPORT_SHOTS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, "print.pdf"), pdf, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b.clean()
}
