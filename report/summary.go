package report

import (
	"bufio"
	"html/template"
	"io"
	"io/fs"
	"strings"
	"sync"

	"crmreport/metrics/snapshot"
	"crmreport/report/lang"
	"crmreport/templates"
)

// textColumns is how wide summary.txt is.
const textColumns = 80

// KPIs is the table of the cards, for the template.
func (g *digest) KPIs() plainTable { return g.kpis() }

var summaryTemplate = sync.OnceValues(func() (*template.Template, error) {
	b, err := fs.ReadFile(templates.FS, "summary.tmpl")
	if err != nil {
		return nil, err
	}
	return template.New("summary").Funcs(template.FuncMap{"say": (*digest).say}).Parse(squeeze(string(b)))
})

// say is a phrase in the digest's language, what fills its holes bold.
func (g *digest) say(p phrase) template.HTML {
	var b strings.Builder
	g.pieces(p, func(s string) { b.WriteString(template.HTMLEscapeString(s)) }, func(a arg) {
		colour := map[string]string{"bad": ` style="color:#b8430c"`, "good": ` style="color:#0f766e"`}[a.tone]
		b.WriteString("<b" + colour + "><bdi>" + template.HTMLEscapeString(g.Text(a.text)) + "</bdi></b>")
	})
	return template.HTML(b.String())
}

// pieces walks a phrase in the digest's language.
func (g *digest) pieces(p phrase, text func(string), hole func(arg)) {
	lang.Pieces(g.T(p.zh, p.en), text, func(i int) {
		if i < len(p.args) {
			hole(p.args[i])
		}
	})
}

// Summary writes summary.html: the report in brief for the body of a mail,
// with tables and inline styles alone, in one language. The same document and
// options give the same bytes.
func Summary(w io.Writer, d *snapshot.Document, o Options) error {
	g, err := digestOf(d, o)
	if err != nil {
		return err
	}
	t, err := summaryTemplate()
	if err != nil {
		return err
	}
	b := bufio.NewWriter(w)
	if err := t.Execute(b, g); err != nil {
		return err
	}
	return b.Flush()
}

// SummaryTitle is the summary's title with its period, for a mail's subject.
func SummaryTitle(d *snapshot.Document, o Options) (string, error) {
	g, err := digestOf(d, o)
	if err != nil {
		return "", err
	}
	return lang.Line(g.Title) + " · " + d.AsOf, nil
}

// SummaryText writes summary.txt: the same in plain text of 80 columns.
func SummaryText(w io.Writer, d *snapshot.Document, o Options) error {
	g, err := digestOf(d, o)
	if err != nil {
		return err
	}
	b := bufio.NewWriter(w)
	p := page80{b}
	p.lines("", g.Title)
	head := append([]string{}, g.Head...)
	if g.Running != "" {
		head[0] += " " + g.Running
	}
	p.lines("", strings.Join(head, " · "))
	for _, s := range g.Sentences {
		p.title(g.Text(s.Head))
		for _, l := range s.Lines {
			var text strings.Builder
			g.pieces(l, func(s string) { text.WriteString(s) }, func(a arg) { text.WriteString(g.Text(a.text)) })
			p.lines("", text.String())
		}
	}
	p.kpis(g.kpis())
	p.table(g.Units)
	p.table(g.Tonight)
	p.title(g.T("较上次报告的变化", "Since the last report"))
	for _, n := range g.Notes {
		p.lines("", n)
	}
	p.table(g.Changes)
	p.table(g.Worse)
	p.table(g.Restated)
	p.title(g.T("完整报告", "The whole report"))
	p.lines("", g.Place)
	p.lines("", g.T("◦ 未结：期间未结束或仍有待定项，数字还会变。", "◦ not final: the period is running or cases are pending; the number can change."))
	p.lines("", g.Foot)
	return b.Flush()
}

// page80 prints on a page of fixed width.
type page80 struct{ w *bufio.Writer }

// lines prints a text, wrapped and indented.
func (p page80) lines(indent, text string) {
	for _, l := range lang.Wrap(lang.Line(text), textColumns-len(indent)) {
		p.w.WriteString(indent + l + "\n")
	}
}

func (p page80) title(text string) {
	text = lang.Cut(lang.Line(text), textColumns)
	p.w.WriteString("\n" + text + "\n" + strings.Repeat("-", lang.Width(text)) + "\n")
}

// kpis prints the table of the cards: what a number rests on goes below it.
func (p page80) kpis(t plainTable) {
	if len(t.Rows) == 0 {
		return
	}
	p.title(t.Title)
	name, value := 0, 0
	for _, r := range t.Rows {
		name, value = max(name, lang.Width(lang.Line(r[0].Text))), max(value, lang.Width(lang.Line(r[1].Text)))
	}
	name = min(name, 36)
	for _, r := range t.Rows {
		line := lang.Pad(lang.Cut(lang.Line(r[0].Text), name), name, false) + "  " + lang.Pad(lang.Line(r[1].Text), value, true) + "  " + lang.Line(r[2].Text)
		p.w.WriteString(strings.TrimRight(lang.Cut(line, textColumns), " ") + "\n")
		p.lines("    ", r[3].Text)
	}
}

// table prints a table: heads in as many lines as they take, the first column
// cut to what the others leave.
func (p page80) table(t plainTable) {
	if len(t.Rows) == 0 {
		return
	}
	p.title(t.Title)
	heads, widths := make([][]string, len(t.Heads)), make([]int, len(t.Heads))
	for i, h := range t.Heads {
		for _, word := range strings.Fields(lang.Line(h)) {
			widths[i] = max(widths[i], lang.Width(word))
		}
		for _, r := range t.Rows {
			widths[i] = max(widths[i], lang.Width(lang.Line(r[i].Text)))
		}
	}
	fit(widths, t.Left)
	high := 0
	for i, h := range t.Heads {
		heads[i] = lang.Wrap(lang.Line(h), widths[i])
		high = max(high, len(heads[i]))
	}
	for l := range high {
		p.row(widths, t.Left, func(i int) string {
			if at := l - (high - len(heads[i])); at >= 0 {
				return heads[i][at]
			}
			return ""
		})
	}
	for _, r := range t.Rows {
		p.row(widths, t.Left, func(i int) string { return lang.Line(r[i].Text) })
	}
	p.lines("", t.Note)
}

func (p page80) row(widths []int, left []bool, text func(int) string) {
	var cells []string
	for i, w := range widths {
		cells = append(cells, lang.Pad(lang.Cut(text(i), w), w, !left[i]))
	}
	p.w.WriteString(strings.TrimRight(strings.Join(cells, " "), " ") + "\n")
}

// fit narrows the widest columns of words, then of numbers, until a row fits.
func fit(widths []int, left []bool) {
	for _, words := range []bool{true, false} {
		for {
			total, widest := len(widths)-1, -1
			for i, w := range widths {
				total += w
				if left[i] == words && w > 6 && (widest < 0 || w > widths[widest]) {
					widest = i
				}
			}
			if total <= textColumns {
				return
			}
			if widest < 0 {
				break
			}
			widths[widest]--
		}
	}
}
