// Package report writes the page: one self-contained HTML file from a snapshot
// document alone. It computes no metric; it looks values up, formats and
// arranges them. The page needs no network and no JavaScript: everything is
// HTML and SVG, scopes, periods and languages are switched by CSS, and the
// live charts only replace drawings that are already there.
package report

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
	"crmreport/report/chart"
	"crmreport/report/lang"
	"crmreport/report/pack"
)

// maxSwitched is how many units may have the whole page for every kind of
// period; with more, only the company's page switches.
const maxSwitched = 8

// Options say how the page opens.
type Options struct {
	Lang   string // zh or en, the language shown first (zh)
	Period string // week, month, quarter or year, the period shown first (month)
}

// file is everything that the template prints.
type file struct {
	Lang     string
	Title    string
	CSP      string
	Style    template.HTML
	Early    template.HTML // the script of the head
	Scripts  []template.HTML
	Data     []template.HTML // what the script opens when it is asked for
	AsOf     string
	Currency string
	Zone     string
	Tool     string
	Config   string
	Scopes   lang.Text
	Kinds    []choice
	Pages    []page
	Quality  quality
	Chapters []chapter // of the headlines
	Others   []chapter // packed
	Cases    []cases   // packed
	Columns  string    // of the pages that the script draws
	Sheets   bool      // and they have sections of units
}

// choice is a position of the period switch.
type choice struct {
	Kind string
	Text lang.Text
	On   bool
}

// Page writes the page of d to w. The same document and options give the same
// bytes. After an error w may have a part of them.
func Page(w io.Writer, d *snapshot.Document, o Options) error {
	f, err := pageOf(d, o)
	if err != nil {
		return err
	}
	return render(w, f)
}

func pageOf(d *snapshot.Document, o Options) (*file, error) {
	if d == nil || len(d.Scopes) == 0 {
		return nil, errors.New("a report needs a document with at least one scope")
	}
	switch o.Lang {
	case "":
		o.Lang = "zh"
	case "zh", "en":
	default:
		return nil, fmt.Errorf("language %q: zh or en", o.Lang)
	}
	x := newIndex(d)
	if len(x.current) == 0 {
		return nil, errors.New("a report needs a document with a current period")
	}
	first, err := x.firstKind(o.Period)
	if err != nil {
		return nil, err
	}
	f := &file{Lang: o.Lang, AsOf: d.AsOf, Currency: d.Currency, Zone: d.Timezone, Tool: d.Tool, Scopes: x.scopeCount(), Quality: x.quality(), Chapters: x.chapters(true), Others: x.chapters(false)}
	f.Config = d.ConfigSHA256[:min(12, len(d.ConfigSHA256))]
	f.Title = map[string]string{"zh": "销售报告 ", "en": "Sales report "}[o.Lang] + d.AsOf
	for _, k := range kinds() {
		if p, ok := x.current[k]; ok {
			f.Kinds = append(f.Kinds, choice{k, lang.With("{0} {1}", "{0} {1}", kindText(k), lang.Same(p.Name)), k == first})
		}
	}
	if err := x.addFinder(f); err != nil {
		return nil, err
	}
	return f, x.addPages(f, first)
}

// firstKind is the kind of period that the page opens with.
func (x *index) firstKind(want string) (string, error) {
	if want != "" {
		if _, ok := x.current[want]; !ok {
			return "", fmt.Errorf("period %q: the document has no current one; week, month, quarter or year", want)
		}
		return want, nil
	}
	for _, k := range []string{"month", "quarter", "week", "year"} {
		if _, ok := x.current[k]; ok {
			return k, nil
		}
	}
	return "", errors.New("the document has no current period of a known kind")
}

func kindText(kind string) lang.Text {
	switch kind {
	case "week":
		return lang.T("周", "Week")
	case "month":
		return lang.T("月", "Month")
	case "quarter":
		return lang.T("季", "Quarter")
	case "year":
		return lang.T("年", "Year")
	}
	return lang.Same(kind)
}

// kindWord is a kind of period within a sentence.
func kindWord(kind string) lang.Text {
	t := kindText(kind)
	return lang.T(t.ZH, strings.ToLower(t.EN))
}

func (x *index) addPages(f *file, first string) error {
	x.lean = len(x.scopes)-x.reps > maxSwitched
	done := map[string]bool{}
	for i := range x.d.Scopes {
		s := &x.d.Scopes[i]
		if done[s.ID] || !x.links[s.ID] {
			continue
		}
		done[s.ID] = true
		if x.drawn(s) {
			if c := (cases{x.anchors[s.ID] + "-lists", x.lists(s)}); len(c.Lists) > 0 {
				f.Cases = append(f.Cases, c)
			}
			continue
		}
		p, err := x.page(s, f.Kinds, first)
		if err != nil {
			return err
		}
		f.Pages = append(f.Pages, p)
	}
	var err error
	f.Columns, f.Sheets, err = x.packColumns()
	return err
}

// page is the page of a scope, whole as it stands without a script; a rep's is
// the table of all periods and the cases.
func (x *index) page(s *snapshot.Scope, kinds []choice, first string) (page, error) {
	p := page{ID: x.anchors[s.ID], Level: levelText(s.Level), Name: x.name(s), Manager: s.Manager, Compact: s.Level == levelRep && s != &x.d.Scopes[0]}
	p.Cases = cases{p.ID + "-lists", x.lists(s)}
	for _, up := range x.path(s) {
		p.Crumbs = append(p.Crumbs, crumb{x.name(up), "#" + x.anchors[up.ID]})
	}
	p.Matrix = x.matrix(s)
	root := s == &x.d.Scopes[0]
	switch {
	case p.Compact:
		return p, nil
	case root || !x.lean && !x.alone():
		for _, k := range kinds {
			v := x.view(s, k.Kind, root, true)
			v.Later = root && k.Kind != first
			p.Views = append(p.Views, v)
		}
	default:
		p.Views = []view{x.view(s, first, false, false)}
		p.Note = lang.With("本页只展开{0}；其他期间见“各期间”表。", "This page unfolds the {0} only; the table “Every period” has the others.", kindWord(first))
	}
	if s.Level == "team" && x.lean && !root {
		return p, nil
	}
	var err error
	p.Trends, p.Data, err = x.trends(s, p.ID)
	return p, err
}

// view is the page of one scope for one kind of period.
func (x *index) view(s *snapshot.Scope, kind string, full, switched bool) view {
	a := x.at(s, kind)
	if full {
		a.shown = map[string]bool{}
	}
	now, then := x.current[kind], x.compare[kind]
	v := view{Kind: kind, Switched: switched, ID: x.anchors[s.ID] + "-" + kind, Open: now.Running}
	v.Period = lang.With("{0}（{1} 至 {2}）", "{0} ({1} to {2})", lang.Same(now.Name), lang.Same(now.Start), lang.Same(earlier(now.Last, x.d.AsOf)))
	if then.Name != "" {
		v.Compared = lang.With("{0}（{1} 至 {2}）", "{0} ({1} to {2})", periodText(then.Name), lang.Same(then.Start), lang.Same(then.Last))
	}
	v.Sentences, v.Cards = a.sentences(), a.cards()
	for _, make := range sections() {
		if sec, ok := make(a); ok {
			sec.ID = v.ID + "-" + sec.ID
			v.Sections = append(v.Sections, sec)
		}
	}
	if full {
		if t := a.leftOver(); len(t.Rows) > 0 {
			v.Sections = append(v.Sections, section{ID: v.ID + "-more", Short: lang.T("其他数字", "More"), Title: lang.T("其他数字", "More numbers"), Tables: []table{t}, Wide: true})
		}
	}
	return v
}

// sections are the parts of a page in their order: the first screen's, then what
// they rest on.
func sections() []func(at) (section, bool) {
	return []func(at) (section, bool){funnelSection, paceSection, peopleSection, tonightSection, errandsSection, sinceSection,
		conversionSection, controlSection, heatSection, stagesSection, cohortsSection, forecastSection, renewalSection, cashSection, activitySection, aboveSection}
}

func earlier(a, b string) string {
	if a < b {
		return a
	}
	return b
}

// trends are the drawings of weeks and months, and the options of their live
// twins.
func (x *index) trends(s *snapshot.Scope, id string) ([]figure, []template.HTML, error) {
	var figs []figure
	var data []template.HTML
	add := func(f figure, c chart.Chart) error {
		if f.Draw == "" {
			return nil
		}
		b, err := c.JSON()
		if err != nil {
			return err
		}
		f.Chart = c.ID
		data = append(data, template.HTML(`<script type="application/json" id="`+c.ID+`">`+string(b)+`</script>`))
		figs = append(figs, f)
		return nil
	}
	if err := add(x.weeks(s, id+"-weeks")); err != nil {
		return nil, nil, err
	}
	if err := add(x.months(s, id+"-months")); err != nil {
		return nil, nil, err
	}
	return figs, data, nil
}

// run is a metric over the 12 periods before and the current one.
func (x *index) run(s *snapshot.Scope, kind, metric string) []point {
	var ps []point
	for _, p := range x.before[kind] {
		ps = append(ps, real(x.get(metric, s.ID, p.Name, "")))
	}
	return append(ps, real(x.get(metric, s.ID, x.current[kind].Name, "")))
}

func (x *index) names(kind string) []string {
	var out []string
	for _, p := range x.before[kind] {
		out = append(out, brief(kind, p.Name))
	}
	return append(out, brief(kind, x.current[kind].Name))
}

// brief is a week without its year.
func brief(kind, name string) string {
	if _, w, ok := strings.Cut(name, "-"); ok && kind == "week" {
		return w
	}
	return name
}

func known(ps []point) int {
	n := 0
	for _, p := range ps {
		if p.ok {
			n++
		}
	}
	return n
}

func (x *index) weeks(s *snapshot.Scope, id string) (figure, chart.Chart) {
	valid, vps := x.run(s, "week", "conversion.valid_visits"), x.run(s, "week", "conversion.valid_per_signing")
	names := x.names("week")
	if len(x.before["week"]) == 0 || known(valid) < 2 {
		return figure{}, chart.Chart{}
	}
	r := float64(x.d.Golden)
	nb, nl, nr := lang.T("有效拜访", "Valid visits"), lang.T("每签约有效拜访（右轴）", "Valid per signing (right axis)"), x.ruleText()
	f := figure{Caption: lang.T("每周有效拜访与每签约有效拜访", "Valid visits a week, and valid visits per signing"),
		Legend: []key{{"f-s2", nb}, {"f-w", nl}, {"f-t", nr}}}
	f.Draw = trend(f.Caption, names, valid, "f-s2", [][]point{vps}, []string{"lw"}, point{r, true}, true, nb, nl)
	return f, chart.Chart{ID: id, Names: names, Bars: []chart.Series{{Name: nb, Token: "--series2", Data: pointers(valid)}},
		Lines: []chart.Series{{Name: nl, Token: "--warn", Data: pointers(vps)}}, Right: true, Rule: &r, RuleName: nr}
}

func (x *index) months(s *snapshot.Scope, id string) (figure, chart.Chart) {
	div := 1.0
	if x.defs["forecast.actual"] == nil || x.defs["forecast.actual"].Kind == measure.Amount {
		for range measure.MinorDigits(x.d.Currency) {
			div *= 10
		}
	}
	scaled := func(metric string) []point {
		ps := x.run(s, "month", metric)
		for i := range ps {
			ps[i].v /= div
		}
		return ps
	}
	actual, sub, target := scaled("forecast.actual"), scaled("forecast.submitted"), scaled("forecast.target")
	names := x.names("month")
	if len(x.before["month"]) == 0 || known(actual) < 2 {
		return figure{}, chart.Chart{}
	}
	na, ns, nt := lang.T("实际", "Actual"), lang.T("预测", "Forecast"), lang.T("目标", "Target")
	f := figure{Caption: lang.With("每月预测、目标与实际（{0}）", "Forecast, target and actual by month ({0})", lang.Same(x.d.Currency)), Legend: []key{{"f-s", na}, {"f-w", ns}}}
	drawn, classes, series := [][]point{sub}, []string{"lw"}, []lang.Text{na, ns}
	ls := []chart.Series{{Name: ns, Token: "--warn", Data: pointers(sub)}}
	if known(target) > 0 {
		f.Legend = append(f.Legend, key{"f-p", nt})
		drawn, classes, series = append(drawn, target), append(classes, "lp"), append(series, nt)
		ls = append(ls, chart.Series{Name: nt, Token: "--prior", Data: pointers(target)})
	}
	f.Draw = trend(f.Caption, names, actual, "f-s", drawn, classes, point{}, false, series...)
	return f, chart.Chart{ID: id, Names: names, Bars: []chart.Series{{Name: na, Token: "--series", Data: pointers(actual)}}, Lines: ls}
}

func pointers(ps []point) []*float64 {
	out := make([]*float64, len(ps))
	for i, p := range ps {
		if p.ok {
			v := p.v
			out[i] = &v
		}
	}
	return out
}

// render fills the template. The first page's first view stands in the file as
// it is; everything else is packed, and the script opens it when asked.
func render(w io.Writer, f *file) error {
	a, err := assets()
	if err != nil {
		return err
	}
	t := a.page
	if err := f.pack(t); err != nil {
		return err
	}
	boot, allowed := a.boot, a.allowed.boot
	if f.Sheets {
		boot, allowed = a.sheets, a.allowed.sheets
	}
	allowed = a.allowed.early + " " + allowed
	if f.charts() {
		f.add("library", a.library)
		allowed += " " + a.allowed.library
	}
	f.Style, f.Scripts = template.HTML("<style>"+a.style+"</style>"), []template.HTML{template.HTML("<script>" + boot + "</script>")}
	f.Early = template.HTML("<script>" + a.early + "</script>")
	f.CSP = "default-src 'none'; script-src " + allowed + "; style-src " + a.allowed.style + "; img-src data:; base-uri 'none'; form-action 'none'"
	b := bufio.NewWriter(w)
	if err := t.Execute(b, f); err != nil {
		return err
	}
	return b.Flush()
}

// charts reports whether any page has a live chart.
func (f *file) charts() bool {
	return slices.ContainsFunc(f.Pages, func(p page) bool { return len(p.Data) > 0 })
}

// add puts packed text into the page, for the script.
func (f *file) add(id, text string) {
	f.Data = append(f.Data, template.HTML(`<script type="text/plain" id="`+id+`">`+text+`</script>`))
}

// pack takes all pages but the first out of the file, and the views of the
// first that are not shown at first, and puts them in packed.
func (f *file) pack(t *template.Template) error {
	var parts pack.Parts
	var b bytes.Buffer
	add := func(name, tmpl string, of any) error {
		defer b.Reset()
		err := t.ExecuteTemplate(&b, tmpl, of)
		parts.Add(name, b.Bytes())
		return err
	}
	for _, v := range f.Pages[0].Views {
		// What no other section shows is long, and few open it.
		for i := range v.Sections {
			if sec := &v.Sections[i]; !v.Later && strings.HasSuffix(sec.ID, "-more") {
				sec.Part = sec.ID + "-tables"
				if err := add(sec.Part, "tables", sec); err != nil {
					return err
				}
			}
		}
		if v.Later {
			if err := add(v.ID, "view", v); err != nil {
				return err
			}
		}
	}
	if p := &f.Pages[0]; len(p.Data) > 0 { // drawn already: the live twins come into sight later
		p.Charts = p.ID + "-charts"
		if err := add(p.Charts, "data", p.Data); err != nil {
			return err
		}
	}
	for _, p := range f.Pages[1:] {
		if err := add(p.ID, "page", p); err != nil {
			return err
		}
	}
	f.Pages = f.Pages[:1]
	for _, c := range f.Cases {
		if err := add(c.ID, "cases", c); err != nil {
			return err
		}
	}
	if f.Columns != "" {
		f.add("columns", f.Columns)
	}
	if len(f.Others) > 0 {
		if err := add("definitions-others", "chapters", f.Others); err != nil {
			return err
		}
	}
	if parts.Len() == 0 {
		return nil
	}
	text, err := parts.Text()
	f.add("parts", text)
	return err
}

// squeeze takes the indentation and empty lines out of a file.
func squeeze(s string) string {
	var b strings.Builder
	for l := range strings.Lines(s) {
		if l = strings.TrimSpace(l); l != "" {
			b.WriteString(l)
			b.WriteByte('\n')
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// uncommented takes the comments out of a script or style that have lines of their own.
func uncommented(s string) string {
	var b strings.Builder
	in := false
	for l := range strings.Lines(s) {
		in = in || strings.HasPrefix(strings.TrimSpace(l), "/*")
		if !in {
			b.WriteString(l)
		}
		in = in && !strings.HasSuffix(strings.TrimSpace(l), "*/")
	}
	return b.String()
}

// hash is the source expression of a script or style for the page's policy.
func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// sentenceHTML prints a phrase in both languages, its holes bold.
func sentenceHTML(p phrase) template.HTML {
	one := func(code, form string, pick func(lang.Text) string) string {
		var b strings.Builder
		b.WriteString(`<span lang="` + code + `">`)
		lang.Pieces(form, func(s string) { b.WriteString(template.HTMLEscapeString(s)) }, func(i int) {
			if i >= len(p.args) {
				return
			}
			class := ""
			if t := p.args[i].tone; t != "" {
				class = ` class="` + template.HTMLEscapeString(t) + `"`
			}
			b.WriteString("<b" + class + ">" + template.HTMLEscapeString(pick(p.args[i].text)) + "</b>")
		})
		b.WriteString("</span>")
		return b.String()
	}
	return template.HTML(one("zh-CN", p.zh, func(t lang.Text) string { return t.ZH }) + one("en", p.en, func(t lang.Text) string { return t.EN }))
}
