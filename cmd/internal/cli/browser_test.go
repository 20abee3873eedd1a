package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"crmreport/report/limittest"
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
	opened   []string // the files that walk loaded
}

// chromium is the one browser of all tests, started by the first; nil and why
// where it cannot be. stopChromium ends it.
var (
	chromium = sync.OnceValues(func() (context.Context, error) {
		path, err := exec.LookPath("chromium")
		if err != nil {
			return nil, err
		}
		opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
			chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.WindowSize(1440, 900))
		alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
		ctx, cancel := chromedp.NewContext(alloc)
		stopChromium = func() { cancel(); stop() }
		return ctx, chromedp.Run(ctx)
	})
	stopChromium = func() {}
)

// openBrowser is a window of its own, with nothing remembered from another.
func openBrowser(t *testing.T) *browser {
	t.Helper()
	of, err := chromium()
	switch {
	case errors.Is(err, exec.ErrNotFound) && os.Getenv("CRMREPORT_BROWSER") == "require":
		t.Fatalf("CRMREPORT_BROWSER=require, but there is no chromium: %v", err)
	case errors.Is(err, exec.ErrNotFound):
		t.Skip("SKIPPED, NO PAGE WAS OPENED: chromium is not installed (apt-get install chromium)")
	case err != nil:
		t.Fatalf("chromium does not start: %v", err)
	}
	all := cdp.WithExecutor(of, chromedp.FromContext(of).Browser)
	own, err := target.CreateBrowserContext().Do(all)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { target.DisposeBrowserContext(own).Do(all) })
	tab, err := target.CreateTarget("about:blank").WithBrowserContextID(own).WithNewWindow(true).Do(all)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := chromedp.NewContext(of, chromedp.WithTargetID(tab))
	t.Cleanup(cancel)
	ctx, done := context.WithTimeout(ctx, 20*time.Minute)
	t.Cleanup(done)
	b := &browser{t: t, ctx: ctx}
	chromedp.ListenTarget(ctx, b.listen)
	b.do(network.Enable(), log.Enable(), runtime.Enable(), emulation.SetFocusEmulationEnabled(true), chromedp.EmulateViewport(1440, 900))
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
		if u := e.Request.URL; !strings.HasSuffix(strings.SplitN(u, "#", 2)[0], "/report.html") && !strings.HasPrefix(u, "data:") && !strings.HasPrefix(u, "blob:") {
			b.requests = append(b.requests, u)
		}
	}
}

func (b *browser) do(actions ...chromedp.Action) {
	b.t.Helper()
	if err := chromedp.Run(b.ctx, actions...); err != nil {
		b.clean()
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

// visibleText is what can be read: cards below the screen count too, which the
// browser does not lay out before they come into sight.
const visibleText = laidOut + `, document.body.innerText`

const laidOut = `(() => { const s = new CSSStyleSheet(); s.replaceSync(".card{content-visibility:visible!important}"); document.adoptedStyleSheets = [s] })()`

// until waits for an expression to hold.
func until(expression string) chromedp.Action {
	return chromedp.Poll(expression, nil, chromedp.WithPollingTimeout(30*time.Second))
}

// awaited evaluates an expression and waits for what it promises.
func awaited(expression string, into any) chromedp.Action {
	return chromedp.Evaluate(expression, into, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) })
}

// The page opens without an error, a request or a policy violation; its charts
// draw; links lead to a rep and the back button returns.
func TestBrowserOpensTheReport(t *testing.T) {
	url := reportURL(t)
	b := openBrowser(t)
	var title, before, after, back, other string
	b.do(chromedp.Navigate(url), shown("overview"), chromedp.Title(&title))
	b.shot("overview-zh-1440", false)
	b.shot("overview-zh-full", true)
	b.do(chromedp.Evaluate(`for (const e of document.querySelectorAll('[data-chart]')) { if (e.offsetParent) { e.scrollIntoView(); } }`, nil),
		until(`[...document.querySelectorAll('.page.shown [data-chart]')].some(e => e.querySelector('.live svg'))`), chromedp.Evaluate(visibleText, &before))
	if len(before) < 2000 || title == "" {
		t.Fatalf("the page shows %d characters under the title %q", len(before), title)
	}
	b.do(chromedp.Evaluate(`location.hash = "r-R0001"`, nil), shown("r-R0001"), chromedp.Evaluate(visibleText, &after),
		chromedp.Evaluate(`history.back()`, nil), shown("overview"), chromedp.Evaluate(visibleText, &back))
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

// With JavaScript off every number and every word of the first layer is there,
// and no control that would do nothing.
func TestBrowserWithoutJavaScript(t *testing.T) {
	url := reportURL(t)
	texts, controls := map[bool]string{}, map[bool]int{}
	for _, off := range []bool{false, true} {
		b := openBrowser(t)
		var text string
		var n int
		b.do(emulation.SetScriptExecutionDisabled(off), chromedp.Navigate(url), chromedp.WaitReady("footer"),
			chromedp.Evaluate(`[...document.querySelectorAll("button,input:not([name=lang])")].filter(e => e.getClientRects().length > 0).length`, &n),
			chromedp.Evaluate(`document.querySelectorAll(".tools").forEach(e => e.remove()); `+laidOut+`, document.querySelector("main").innerText`, &text))
		texts[off], controls[off] = text, n
		b.clean()
	}
	d, f := demoResult(t)
	want := fmt.Sprintf("%.2f", f.get("conversion.valid_per_signing company %s", d.truth.Quarter.Name).V)
	if !strings.Contains(texts[true], want) {
		t.Errorf("without JavaScript the page lacks %s, the valid visits per signing", want)
	}
	if controls[true] != 0 || controls[false] == 0 {
		t.Errorf("%d controls without JavaScript, %d with it", controls[true], controls[false])
	}
	// Charts may add text (axis labels); nothing may be missing.
	all, there := 0, 0
	for _, line := range strings.Split(texts[false], "\n") {
		if line = strings.TrimSpace(line); strings.ContainsAny(line, "0123456789") {
			if all++; strings.Contains(texts[true], line) {
				there++
			} else {
				t.Errorf("without JavaScript the page lacks the line %q", line)
			}
		}
	}
	limittest.Say(t, "without JavaScript: lines with numbers", "100 %", "%d of %d", there, all)
}

// A phone: nothing is wider than the screen. English: the other language is
// gone. Dark: it is dark.
func TestBrowserPhoneEnglishDark(t *testing.T) {
	url := reportURL(t)
	b := openBrowser(t)
	var wide int
	b.do(chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile), chromedp.Navigate(url), shown("overview"),
		chromedp.Evaluate(`document.documentElement.scrollWidth`, &wide))
	if wide > 390 {
		t.Errorf("on a phone the page is %d pixels wide, want 390", wide)
	}
	b.shot("phone-zh", false)
	b.shot("phone-zh-full", true)
	var english, light, dark string
	background := `getComputedStyle(document.body).backgroundColor`
	b.do(chromedp.Evaluate(`document.querySelector('#lang-en').click()`, nil), chromedp.Evaluate(visibleText, &english))
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
	b.shot("phone-en", false)
	b.do(chromedp.EmulateViewport(1024, 768))
	b.shot("overview-en-1024", false)
	b.do(chromedp.EmulateViewport(1440, 900), chromedp.Evaluate(background, &light), media("dark"), chromedp.Evaluate(background, &dark))
	if light == dark {
		t.Errorf("dark is %s, as light is", dark)
	}
	b.shot("overview-en-dark", false)
	b.clean()
}

// media is a system that is set to a theme.
func media(scheme string) chromedp.Action {
	return emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}})
}

// printMedia is the page as it goes to paper, or to the screen again.
func printMedia(on bool) chromedp.Action {
	if on {
		return emulation.SetEmulatedMedia().WithMedia("print")
	}
	return emulation.SetEmulatedMedia().WithMedia("")
}

// printMediaDark is printMedia on a system that is set to dark.
func printMediaDark(on bool) chromedp.Action {
	dark := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}
	if on {
		return emulation.SetEmulatedMedia().WithMedia("print").WithFeatures(dark)
	}
	return emulation.SetEmulatedMedia().WithFeatures(dark)
}
