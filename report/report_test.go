package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"flag"
	"io"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
	"crmreport/report/pack"
	"crmreport/templates"
)

var update = flag.Bool("update", false, "write the golden files")

// html is the page with every part of it opened, as the script opens them.
func html(t *testing.T, d *snapshot.Document, o Options) string {
	t.Helper()
	return opened(t, file0(t, d, o))
}

// file0 is the page as it is written.
func file0(t *testing.T, d *snapshot.Document, o Options) string {
	t.Helper()
	var b strings.Builder
	if err := Page(&b, d, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func opened(t *testing.T, page string) string {
	t.Helper()
	packed := regexp.MustCompile(`<script type="text/plain" id="parts">([^<]*)</script>\n?`)
	m := packed.FindStringSubmatch(page)
	if m == nil {
		return page
	}
	page = strings.Replace(packed.ReplaceAllLiteralString(page, ""), "</main>", drawnPages(t, page)+"</main>", 1)
	parts, err := pack.Read(m[1])
	if err != nil {
		t.Fatal(err)
	}
	page = regexp.MustCompile(` data-part="([^"]*)"></div>`).ReplaceAllStringFunc(page, func(box string) string {
		name := strings.Split(box, `"`)[1]
		text, ok := parts[name]
		if !ok {
			t.Fatalf("no part %s", name)
		}
		delete(parts, name)
		return ">" + text + "</div>"
	})
	rest := ""
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		if !strings.Contains(parts[name], ` id="`+name+`"`) {
			t.Errorf("part %s is no page of that name", name)
		}
		rest += parts[name]
	}
	return strings.Replace(page, "</main>", rest+"</main>", 1)
}

// small is the sample cut to one branch and one kind of period, so that the
// golden files can be read.
func small() *snapshot.Document {
	d := sample()
	keep := map[string]bool{"company": true, "华东": true, "华东/一组": true, "r1": true}
	var scopes []snapshot.Scope
	for _, s := range d.Scopes {
		if keep[s.ID] {
			scopes = append(scopes, s)
		}
	}
	var periods []snapshot.Period
	for _, p := range d.Periods {
		if p.Kind == "month" {
			periods = append(periods, p)
		}
	}
	d.Scopes, d.Periods = scopes, periods
	return d
}

func TestGolden(t *testing.T) {
	lib, err := templates.Library()
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(lib))
	for _, l := range []string{"zh", "en"} {
		got := html(t, small(), Options{Lang: l})
		got = regexp.MustCompile(`(<script type="text/plain" id="library">)[^<]*`).ReplaceAllString(got, "${1}"+hex.EncodeToString(sum[:]))
		got = regexp.MustCompile(`(<script type="text/plain" id="columns">)[^<]*`).ReplaceAllString(got, "${1}") // TestColumnsAreThePage
		name := filepath.Join("testdata", "page."+l+".html")
		if *update {
			if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s differs at byte %d; look at the page, then run with -update", name, differ(got, string(want)))
		}
	}
}

func differ(a, b string) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}

func TestSameBytes(t *testing.T) {
	a := html(t, sample(), Options{})
	for range 5 {
		if b := html(t, sample(), Options{}); a != b {
			t.Fatalf("two pages of one document differ at byte %d", differ(a, b))
		}
	}
}

// The policy names exactly the scripts and the style that are in the page.
func TestPolicy(t *testing.T) {
	got := file0(t, sample(), Options{})
	m := regexp.MustCompile(`<meta http-equiv="Content-Security-Policy" content="([^"]*)">`).FindStringSubmatch(got)
	if m == nil {
		t.Fatal("no policy")
	}
	policy := strings.NewReplacer("&#39;", "'", "&#43;", "+", "&#34;", `"`).Replace(m[1])
	for _, part := range []string{"default-src 'none'", "img-src data:", "base-uri 'none'", "form-action 'none'"} {
		if !strings.Contains(policy, part) {
			t.Errorf("policy %q lacks %q", policy, part)
		}
	}
	if strings.Contains(policy, "unsafe") {
		t.Errorf("policy %q", policy)
	}
	scripts := regexp.MustCompile(`(?s)<script>(.*?)</script>`).FindAllStringSubmatch(got, -1)
	styles := regexp.MustCompile(`(?s)<style>(.*?)</style>`).FindAllStringSubmatch(got, -1)
	if len(scripts) != 2 || len(styles) != 1 {
		t.Fatalf("%d scripts, %d styles", len(scripts), len(styles))
	}
	packed := regexp.MustCompile(`<script type="text/plain" id="library">([^<]*)</script>`).FindStringSubmatch(got)
	lib, err := pack.Inflate(packed[1])
	if err != nil {
		t.Fatal(err)
	}
	scripts = append(scripts, []string{"", string(lib)}) // allowed once it is opened
	for _, s := range append(scripts, styles...) {
		sum := sha256.Sum256([]byte(s[1]))
		if h := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(policy, h) {
			t.Errorf("policy lacks %s of %.40q", h, s[1])
		}
	}
	if n := strings.Count(policy, "sha256-"); n != 4 {
		t.Errorf("%d hashes in the policy", n)
	}
}

// markup is the page without what scripts, styles and data blocks contain.
func markup(s string) string {
	s = regexp.MustCompile(`(?s)<script[^>]*>.*?</script>`).ReplaceAllString(s, "")
	return regexp.MustCompile(`(?s)<style>.*?</style>`).ReplaceAllString(s, "")
}

func TestNothingOutside(t *testing.T) {
	got := html(t, sample(), Options{})
	m := markup(got)
	for _, c := range []struct{ what, pattern string }{
		{"a source", `(?i)\s(src|srcset|data|action|poster|background)\s*=`},
		{"a link that is no anchor", `(?i)href="[^#]`},
		{"a style attribute", `(?i)\sstyle\s*=`},
		{"a handler", `(?i)\son[a-z]+\s*=`},
		{"javascript", `(?i)javascript:`},
		{"another document", `(?i)<(link|iframe|object|embed|base|form|img|video|audio)\b`},
		{"an address", `(?i)https?://`},
		{"a number that is none", `NaN|Inf\b`},
		{"a refused value", `ZgotmplZ`},
	} {
		if x := regexp.MustCompile(c.pattern).FindString(m); x != "" {
			t.Errorf("%s in the page: %q", c.what, x)
		}
	}
	style := regexp.MustCompile(`(?s)<style>(.*?)</style>`).FindStringSubmatch(got)[1]
	for _, bad := range []string{"@import", "url(", "http"} {
		if strings.Contains(style, bad) {
			t.Errorf("style sheet contains %q", bad)
		}
	}
	boot, _ := fs.ReadFile(templates.FS, "boot.js")
	more, _ := fs.ReadFile(templates.FS, "tools.js")
	boot = append(boot, more...)
	for _, bad := range []string{"fetch(", "XMLHttpRequest", "http", "innerHTML", "eval(", "import("} {
		if bytes.Contains(boot, []byte(bad)) {
			t.Errorf("boot script contains %q", bad)
		}
	}
}

// Every link leads somewhere, and no id is given twice.
func TestLinks(t *testing.T) {
	got := markup(html(t, sample(), Options{}))
	ids := map[string]bool{}
	for _, m := range regexp.MustCompile(`\sid="([^"]*)"`).FindAllStringSubmatch(got, -1) {
		if ids[m[1]] {
			t.Errorf("id %q twice", m[1])
		}
		ids[m[1]] = true
	}
	links := regexp.MustCompile(`href="#([^"]*)"`).FindAllStringSubmatch(got, -1)
	for _, m := range links {
		if !ids[m[1]] {
			t.Errorf("link to #%s leads nowhere", m[1])
		}
	}
	if len(links) < 50 {
		t.Errorf("%d links", len(links))
	}
	for _, m := range regexp.MustCompile(`data-chart="([^"]*)"`).FindAllStringSubmatch(got, -1) {
		if !strings.Contains(html(t, sample(), Options{}), `<script type="application/json" id="`+m[1]+`">`) {
			t.Errorf("no data for chart %s", m[1])
		}
	}
}

func TestChartData(t *testing.T) {
	blocks := regexp.MustCompile(`(?s)<script type="application/json" id="[^"]*">(.*?)</script>`).FindAllStringSubmatch(html(t, sample(), Options{}), -1)
	if len(blocks) < 2 {
		t.Fatalf("%d charts", len(blocks))
	}
	for _, b := range blocks {
		var o map[string]struct {
			Tooltip   struct{ RenderMode string }
			Animation bool
			Series    []any
		}
		if err := json.Unmarshal([]byte(b[1]), &o); err != nil {
			t.Fatal(err)
		}
		for _, l := range []string{"zh", "en"} {
			if o[l].Tooltip.RenderMode != "richText" || o[l].Animation || len(o[l].Series) < 2 {
				t.Errorf("%s: %+v", l, o[l])
			}
		}
	}
}

// Each text comes in both languages, one after the other, neither empty.
func TestBothLanguages(t *testing.T) {
	got := markup(html(t, sample(), Options{}))
	zh := regexp.MustCompile(`lang="zh-CN"[^>]*>`).FindAllStringIndex(got, -1)
	pair := regexp.MustCompile(`(?s)<(span|text)([^>]*) lang="zh-CN">(.+?)</(?:span|text)><(?:span|text)[^>]* lang="en">(.+?)</(?:span|text)>`)
	if n := len(pair.FindAllString(got, -1)); n < len(zh)-1 { // one is the html element's
		t.Errorf("%d texts in Chinese, %d of them with English after", len(zh)-1, n)
	}
	if en := strings.Count(got, ` lang="en"`); en != len(zh)-1 {
		t.Errorf("%d texts in Chinese, %d in English", len(zh)-1, en)
	}
	if x := regexp.MustCompile(`lang="(en|zh-CN)"></`).FindString(got); x != "" {
		t.Error("an empty text")
	}
	// what is left without its language must not be Chinese prose
	rest := regexp.MustCompile(`(?s)<(span|text)[^>]* lang="zh-CN">.*?</(span|text)>`).ReplaceAllString(got, "")
	for _, w := range []string{"较同期", "名称", "未结", "本期", "区间"} {
		if i := strings.Index(rest, w); i >= 0 {
			t.Errorf("%q outside a text in two languages: %.80q", w, rest[max(0, i-60):])
		}
	}
}

func TestHostileNames(t *testing.T) {
	for _, n := range []string{`</script><script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `__f__alert(1)__f__`, "a\u2028b\u2029c", "\u202eevil", strings.Repeat("长", 300), "", `<!--<script>`, `{{.}}`, `javascript:alert(1)`, "' onload='x"} {
		d := small()
		for i := range d.Scopes {
			d.Scopes[i].Name, d.Scopes[i].Manager = n, n
		}
		old := "r1"
		for i := range d.Scopes {
			if d.Scopes[i].ID == old && n != "" {
				d.Scopes[i].ID = n
			}
		}
		values := slices.Collect(d.Values.All())
		for i := range values {
			if values[i].Scope == old && n != "" {
				values[i].Scope = n
			}
		}
		d.Values = snapshot.ValuesOf(values)
		for i := range d.Lists {
			d.Lists[i].Title = measure.Text{ZH: n, EN: n}
			for j := range d.Lists[i].Rows {
				d.Lists[i].Rows[j].Cells[0].Text = n
			}
		}
		d.Inputs[0].File, d.Inputs[0].Problems[0].Example, d.Words[0].Text = n, n, measure.Text{ZH: n, EN: n}
		d.Tool, d.Timezone, d.Warnings[0].Text = n, n, measure.Text{ZH: n, EN: n}
		d.Definitions[0].Title = measure.Text{ZH: n, EN: n}
		for i := range d.Periods {
			if d.Periods[i].Name == "2024-12" {
				d.Periods[i].Name = n
			}
		}
		got := html(t, d, Options{})
		if c := strings.Count(got, "</script>"); c != strings.Count(got, "<script") {
			t.Errorf("%q: %d ends of scripts, %d starts", n, c, strings.Count(got, "<script"))
		}
		if len(regexp.MustCompile(`<script>`).FindAllString(got, -1)) != 2 {
			t.Errorf("%q: another script", n)
		}
		m := markup(got)
		for _, bad := range []string{"<img", "<!--", "alert(1)</script", "ZgotmplZ"} {
			if strings.Contains(m, bad) {
				t.Errorf("%q: the page contains %q", n, bad)
			}
		}
		if regexp.MustCompile(`<[^>]*\son[a-z]+=`).MatchString(strings.ReplaceAll(m, "&#39;", "")) {
			t.Errorf("%q: a handler in a tag", n)
		}
		for _, b := range regexp.MustCompile(`(?s)<script type="application/json"[^>]*>(.*?)</script>`).FindAllStringSubmatch(got, -1) {
			if !json.Valid([]byte(b[1])) || strings.ContainsAny(b[1], "<>\u2028\u2029") {
				t.Errorf("%q: chart data %.80q", n, b[1])
			}
		}
	}
}

// A document of the least: no values, no definitions. Nothing may break.
func TestAlmostNothing(t *testing.T) {
	d := &snapshot.Document{AsOf: "2025-03-09", Scopes: []snapshot.Scope{{ID: "company", Level: "company"}},
		Periods: []snapshot.Period{{Name: "2025-03", Kind: "month", Start: "2025-03-01", Last: "2025-03-31", Role: snapshot.RoleCurrent}}}
	got := html(t, d, Options{})
	if !strings.Contains(got, "No data in this period.") || strings.Contains(got, `id="parts"`) || strings.Contains(got, `id="library"`) {
		t.Error("an empty document is not shown as one")
	}
	for _, o := range []Options{{Lang: "fr"}, {Period: "day"}, {Period: "week"}} {
		if err := Page(io.Discard, d, o); err == nil {
			t.Errorf("%+v is accepted", o)
		}
	}
	for _, d := range []*snapshot.Document{nil, {}, {Scopes: d.Scopes}} {
		if err := Page(io.Discard, d, Options{}); err == nil {
			t.Error("a document without scopes or periods is accepted")
		}
	}
}

// Null is a dash, an open value is marked, a list knows its rest, verdicts
// follow the flags, unknown lists and metrics are shown.
func TestShown(t *testing.T) {
	got := html(t, sample(), Options{Lang: "en"})
	for _, want := range []string{
		"15 more in lists/", "A list of tomorrow", "A metric of tomorrow", "below the rule", "to date",
		"54.00", "range 43.20–70.20 · n=7", "998,888.95", "2025-01-12", "33.3%", "¥2,100.0 万", "CN¥21.00M", "first 5 working days of 2025-02",
		"No table Adjustments (adjustments): not shown: write-offs and the commission they take back.", `visits.csv:41`, "32/13/2025",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(got, "客户 11") {
		t.Error("a list shows more than its limit")
	}
	_, cases, _ := strings.Cut(got, ` id="r-r1-lists"`)
	if cases, _, _ = strings.Cut(cases, `<section`); strings.Count(cases, "客户 ") != repRows {
		t.Errorf("a rep's page shows %d rows", strings.Count(cases, "客户 "))
	}
}

// The page's words follow the configuration: another rule and tolerance than
// the defaults are shown, and judged by (R-3.8: both ends included).
func TestParameters(t *testing.T) {
	d := sample()
	d.Golden, d.Tolerance = 10, [2]int64{15, 100}
	page := html(t, d, Options{})
	for _, want := range []string{"±15%", "rule 10", "规则 10"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not show %q", want)
		}
	}
	for _, not := range []string{"±10%", "rule 8", "规则 8"} {
		if strings.Contains(page, not) {
			t.Errorf("the page still shows %q", not)
		}
	}
	x := newIndex(d)
	for _, c := range []struct {
		num, den int64
		want     bool
	}{{15, 100, true}, {-15, 100, true}, {16, 100, false}, {-1501, 10000, false}, {0, 5, true}} {
		if got := x.within(&snapshot.Value{Num: c.num, Den: c.den}); got != c.want {
			t.Errorf("a deviation of %d/%d within 15 %%: %v", c.num, c.den, got)
		}
	}
}

func TestKeysOfSeveralDimensions(t *testing.T) {
	for key, want := range map[string]string{"": "", "stage=won": "won", "group=coached,window=after": "coached|after",
		"last=6,level=rep,step=team": "6|rep|team", "reason=price, too high": "price, too high", "reason=a,b,c=d": "a,b|d", "plain": "plain"} {
		if got := strings.Join(wordsOf(key), "|"); got != want {
			t.Errorf("%q: %q, want %q", key, got, want)
		}
	}
}

// The marks of an axis are round, and reach what is drawn.
func TestRuler(t *testing.T) {
	for _, c := range []struct {
		hi   float64
		want []float64
	}{
		{0, []float64{0, 1}}, {math.NaN(), []float64{0, 1}}, {1, []float64{0, 0.2, 0.4, 0.6, 0.8, 1}}, {8, []float64{0, 2, 4, 6, 8}},
		{11, []float64{0, 5, 10, 15}}, {31, []float64{0, 10, 20, 30, 40}}, {102.4, []float64{0, 25, 50, 75, 100, 125}}, {103e6, []float64{0, 25e6, 50e6, 75e6, 100e6, 125e6}},
	} {
		got := ruler(c.hi)
		if !slices.EqualFunc(got, c.want, func(x, y float64) bool { return math.Abs(x-y) <= 1e-9*math.Max(1, y) }) {
			t.Errorf("to %v: %v, want %v", c.hi, got, c.want)
		}
	}
	if got := rulerOf(9.3, 5); !slices.Equal(got, []float64{0, 2, 4, 6, 8, 10}) {
		t.Errorf("five stretches to 9.3: %v", got)
	}
}

// The forecast section has the head of the list of indices that are off, and
// says how many more there are.
func TestCalibrationHead(t *testing.T) {
	d := sample()
	l := snapshot.List{ID: "forecast.calibration", Columns: []measure.Column{{Kind: measure.CellScope}, {Kind: measure.CellMoney}, {Kind: measure.CellReal}, {Kind: measure.CellReal}, {Kind: measure.CellInt}}}
	for i := range 7 {
		l.Rows = append(l.Rows, snapshot.Row{Scopes: []string{"company"}, Cells: []measure.Cell{{Text: "r1"}, {Num: int64(700 - 100*i)}, {Num: 13, Den: 10}, {Num: 8, Den: 10}, {Num: 5}}})
	}
	d.Lists = append(d.Lists, l)
	x := newIndex(d)
	a := x.at(&d.Scopes[0], "month")
	c := a.calibration()
	if len(c.Rows) != 5 || len(c.Heads) != 4 || len(c.Rows[4].Cells) != 4 || c.Note.EN != "2 more in the list." {
		t.Errorf("%d rows of %d columns, note %q", len(c.Rows), len(c.Heads), c.Note.EN)
	}
	if got := c.Rows[4].Cells[1].Text.EN; got != "3.00" { // the fifth of 7.00, 6.00, ...
		t.Errorf("the fifth row is of %s", got)
	}
	d.Lists[len(d.Lists)-1].Rows = nil
	if c := newIndex(d).at(&d.Scopes[0], "month").calibration(); len(c.Rows) != 0 || c.Note.EN != "" {
		t.Errorf("without a row: %+v", c)
	}
}
