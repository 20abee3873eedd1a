package inspect

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"crmreport/cmd/internal/preset"
	"crmreport/ingest"
	"crmreport/ingest/crm"
	"crmreport/ingest/dialect"
	"crmreport/ingest/value"
)

// WriteText writes what a person wants to know of every file, then the
// configuration.
func (p *Proposal) WriteText(w io.Writer) error {
	t := &yamlWriter{w: w}
	for _, f := range p.Files {
		p.writeFile(t, f)
	}
	for _, s := range p.options.Folder.Said() {
		t.line(0, s)
		t.line(0, "")
	}
	if open := p.Open(); len(open) > 0 {
		t.line(0, "Questions that the files do not settle:")
		for _, q := range open {
			t.line(2, q.File+": "+q.Text)
			for _, a := range q.Answers {
				t.line(4, a.Means+": "+a.Setting)
			}
		}
		t.line(0, "")
	}
	t.line(0, "Configuration to paste into crmreport.yaml (inspect -o yaml prints it alone):")
	t.line(0, "")
	if t.err != nil {
		return t.err
	}
	return p.WriteYAML(w)
}

func (p *Proposal) writeFile(t *yamlWriter, f *File) {
	t.line(0, f.Name)
	if f.Fault != nil {
		t.line(2, f.Fault.Error())
		t.line(0, "")
		return
	}
	t.line(2, form(f.Facts))
	rows := fmt.Sprintf("%d columns, %d rows", len(f.Header), f.Rows)
	if f.More {
		rows += " looked at; there are more"
	}
	for _, c := range []dialect.Class{dialect.Blank, dialect.Preamble, dialect.RepeatedHeader, dialect.Footer} {
		if n := f.Skipped[c]; n > 0 {
			rows += fmt.Sprintf(", %d %s", n, strings.ReplaceAll(c.String(), "_", " "))
		}
	}
	t.line(2, rows)
	p.writeMatches(t, f)
	t.line(2, "columns:")
	fields := p.fieldsOf(f)
	for i, h := range f.Header {
		if h == "" && f.blank(i) {
			continue
		}
		t.line(4, column(ingest.ProfileColumn(h, value.Any, f.cells(i)), fields[i]))
	}
	p.writeWords(t, f)
	t.line(2, "first rows:")
	for _, r := range f.rows[:min(3, len(f.rows))] {
		t.line(4, sample(r))
	}
	t.line(0, "")
}

// form says in what form the bytes are.
func form(f dialect.Facts) string {
	out := f.Encoding
	if f.BOM {
		out += " with BOM"
	}
	delimiter := map[rune]string{',': "comma", ';': "semicolon", '\t': "tab", '|': "pipe"}[f.Delimiter]
	if delimiter == "" {
		delimiter = fmt.Sprintf("%q", f.Delimiter)
	}
	out += ", " + delimiter + ", quotes " + f.Quotes.String()
	if f.LineEnds != "" {
		out += ", " + f.LineEnds
	}
	out += fmt.Sprintf(", header on line %d", f.HeaderLine)
	if f.HeaderRows > 1 {
		out += fmt.Sprintf(" (%d rows)", f.HeaderRows)
	}
	if f.Compressed {
		out += ", gzip"
	}
	return out
}

// likely is the score from which a preset that does not fit is still named.
const likely = 40

func (p *Proposal) writeMatches(t *yamlWriter, f *File) {
	if len(f.Matches) == 0 {
		t.line(2, "no preset knows any of its headers")
		return
	}
	for i, m := range f.Matches[:min(3, len(f.Matches))] {
		lead := "preset"
		if i > 0 {
			lead = "or    "
		}
		line := fmt.Sprintf("%s %s, %d of 100", lead, m.Object.ID(), m.Score)
		switch {
		case m.Fits:
			line += ": " + tables(m.Object)
		case len(m.Lacking) > 0:
			line += ": not it, it lacks " + strings.Join(first(m.Lacking, 3), "; ")
		default:
			line += ": not it, it has " + strings.Join(first(m.Against, 3), ", ")
		}
		if i == 0 || m.Fits || m.Score >= likely {
			t.line(2, line)
		}
	}
	if o := f.best(); o != nil {
		if o.Own() {
			t.line(2, families(o))
		} else {
			t.line(2, "feeds "+families(o)+"; verified: "+o.Verified)
		}
		for _, note := range []string{o.Note, o.Vendor.Lacks} {
			if note != "" {
				t.line(2, "note: "+strings.TrimSpace(note))
			}
		}
	}
}

func tables(o *preset.Object) string {
	var out []string
	for _, f := range o.Tables {
		out = append(out, f.Table)
	}
	if len(out) == 0 {
		return "feeds no table"
	}
	return strings.Join(out, ", ")
}

// fieldsOf tells which of our fields each column feeds.
func (p *Proposal) fieldsOf(f *File) map[int][]string {
	out := map[int][]string{}
	for _, s := range p.Sources {
		if !slices.Contains(s.Files, f.Name) {
			continue
		}
		for _, c := range s.Columns {
			if at := slices.Index(f.Header, c.Header); at >= 0 {
				out[at] = append(out[at], s.Table+"."+c.Field)
			}
		}
	}
	return out
}

// column is the line of one column: header, kind, evidence, fields.
func column(c ingest.ColumnProfile, fields []string) string {
	out := fmt.Sprintf("%-28s %s", c.Name, c.Kind)
	if c.Layout != "" && (c.Kind == value.Date || c.Kind == value.Stamp || c.Kind == value.Number || c.Kind == value.Percent) {
		out += ", " + c.Layout
	}
	switch {
	case c.Blank == c.Cells:
		out += ", always blank"
	case c.Blank > 0:
		out += fmt.Sprintf(", %d blank", c.Blank)
	}
	if c.Kind == value.Word || c.Kind == value.ID {
		out += fmt.Sprintf(", %d distinct", c.Distinct)
	}
	if c.Unit != "" {
		out += ", in " + c.Unit
	}
	for _, e := range c.Evidence[:min(2, len(c.Evidence))] {
		out += fmt.Sprintf("; %s: %d, as %s in line %d", e.Says, e.Count, e.Example, e.At.Line)
	}
	if c.Bad.Count > 0 {
		out += fmt.Sprintf("; %d do not fit, as %q in line %d", c.Bad.Count, c.Bad.Example, c.Bad.At.Line)
	}
	if c.Question != "" {
		out += "; AMBIGUOUS"
	}
	if len(fields) > 0 {
		out += "  -> " + strings.Join(fields, ", ")
	}
	return out
}

// writeWords lists the vocabulary of the columns whose words matter, each with
// its count and what it means or the nearest word that means something.
func (p *Proposal) writeWords(t *yamlWriter, f *File) {
	done := map[string]bool{}
	for _, s := range p.Sources {
		if !slices.Contains(s.Files, f.Name) || len(s.Missing) > 0 && s.column("stage") == nil {
			continue
		}
		for _, c := range slices.Concat(s.Columns, s.dropped) {
			base := crm.DefaultPipeline()
			v, ok := ingest.Words(s.Table, c.Field, base)
			if !ok || done[c.Header] {
				continue
			}
			done[c.Header] = true
			t.line(2, "words of "+c.Header+" ("+s.Table+"."+c.Field+"):")
			at := slices.Index(f.Header, c.Header)
			prof := ingest.ProfileColumn(c.Header, value.Word, f.cells(at))
			for _, w := range prof.Words[:min(12, len(prof.Words))] {
				t.line(4, fmt.Sprintf("%6d  %s%s", w.Count, w.Text, p.meaning(s, c.Field, w.Text, v)))
			}
			if more := prof.Distinct - 12; more > 0 {
				t.line(4, fmt.Sprintf("        … and %d more", more))
			}
		}
	}
}

func (p *Proposal) meaning(s *Source, field, word string, v ingest.Vocabulary) string {
	if field == "stage" {
		if id := p.stageID(s, word); id != word || slices.ContainsFunc(p.Stages, func(st Stage) bool { return st.ID == id }) {
			return " = " + id
		}
	}
	if ours, ok := p.words.Mean(s.feed, field, word); ok {
		return " = " + ours
	}
	if v.Knows(word) {
		return ""
	}
	if near := p.nearest(s, field, word, v); near != "" {
		return near
	}
	return "  (unknown)"
}

// sample is a row, short enough for a line.
func sample(r []string) string {
	var out []string
	for _, c := range r {
		c = strings.Join(strings.Fields(c), " ")
		if runes := []rune(c); len(runes) > 24 {
			c = string(runes[:24]) + "…"
		}
		out = append(out, c)
	}
	line := strings.Join(out, " | ")
	if runes := []rune(line); len(runes) > 300 {
		line = string(runes[:300]) + "…"
	}
	return line
}
