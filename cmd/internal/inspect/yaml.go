package inspect

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"crmreport/cmd/internal/preset"
)

// WriteYAML writes the configuration. Comments carry what a person should know
// or check; build reads it unchanged. Sources that lack something are comments,
// unless there are no others: then build says what is missing.
func (p *Proposal) WriteYAML(w io.Writer) error {
	y := &yamlWriter{w: w}
	y.line(0, "# Proposed by crmreport inspect. Read it, correct it, then: crmreport build -c crmreport.yaml")
	for _, s := range p.options.Folder.Said() {
		y.comment(0, s)
	}
	for _, q := range p.Open() {
		y.comment(0, "QUESTION "+q.File+": "+q.Text)
		for _, a := range q.Answers {
			y.comment(0, "  - "+a.Means+": "+a.Setting)
		}
	}
	for _, q := range p.Questions {
		if q.Answered {
			y.comment(0, "ASSUMED "+q.File+": "+q.Text+"; taken: "+q.Answers[0].Setting)
		}
	}
	for _, u := range p.Unused {
		y.comment(0, u.Field+" feeds nothing: "+u.Text)
	}
	y.line(0, "timezone: Asia/Shanghai  # of the organisation: state yours")
	if p.Currency != "" {
		y.pair(0, "currency", p.Currency, p.CurrencyNote)
	} else {
		y.line(0, "# currency: USD  # "+p.CurrencyNote)
	}
	y.pair(0, "language", p.Lang, "")
	if p.options.AsOf != "" {
		y.pair(0, "as_of", p.options.AsOf, "")
	}
	p.writeStages(y)
	p.writeSources(y)
	return y.err
}

func (p *Proposal) writeStages(y *yamlWriter) {
	if len(p.Stages) > 0 {
		y.line(0, "")
		if p.StageNote != "" {
			y.comment(0, "Open stages, "+p.StageNote+".")
		}
		y.line(0, "stages:")
		for _, s := range p.Stages {
			name := s.ID
			if len(s.Labels) > 0 {
				name = s.Labels[0]
			}
			y.line(0, "  - {id: "+scalar(s.ID)+", zh: "+scalar(name)+", en: "+scalar(name)+", labels: "+list(s.Labels)+"}")
		}
	}
	ends := []string{"won", "lost", "void", "collected"}
	if slices.ContainsFunc(ends, func(e string) bool { return len(p.Terminals[e]) > 0 }) {
		y.line(0, "terminals:")
		for _, e := range ends {
			if len(p.Terminals[e]) > 0 {
				y.line(2, e+": "+list(p.Terminals[e]))
			}
		}
	}
}

func (p *Proposal) writeSources(y *yamlWriter) {
	if len(p.Sources) == 0 {
		return
	}
	y.line(0, "")
	y.line(0, "sources:")
	for _, s := range p.Sources {
		if len(s.Missing) == 0 || !p.Ready() {
			s.write(y, p.options.Folder)
			continue
		}
		y.comment(2, s.file.Name+" could feed "+s.Table+" ("+s.Object.ID()+"), but "+strings.Join(s.Missing, "; "))
	}
}

func (s *Source) write(y *yamlWriter, folder *Folder) {
	if s.Object.Own() {
		y.comment(2, s.Object.ID()+": "+families(s.Object))
	} else {
		y.comment(2, s.Object.ID()+": feeds "+families(s.Object)+". Verified: "+s.Object.Verified)
	}
	for _, m := range s.Missing {
		y.comment(2, "MISSING: "+m)
	}
	for _, n := range s.Notes {
		y.comment(2, "CHECK: "+n)
	}
	y.line(2, "- table: "+s.Table)
	y.line(4, "files: "+list(patterns(folder, s.Files)))
	if footers := s.Object.Vendor.Footers; len(footers) > 0 {
		y.line(4, "footers: "+list(footers))
	}
	y.line(4, "only: true")
	if s.IDs != "" {
		y.pair(4, "ids", s.IDs, "15- and 18-character ids join")
	}
	if len(s.Columns) > 0 {
		y.line(4, "columns:")
		for _, c := range s.Columns {
			y.pair(6, c.Field, c.Header, c.Comment)
		}
	}
	if len(s.Constants) > 0 {
		y.line(4, "constants:")
		for _, c := range s.Constants {
			y.pair(6, c.Field, c.Text, c.Comment)
		}
	}
	if len(s.Words) > 0 {
		y.line(4, "words:")
		for _, m := range s.Words {
			y.line(6, scalar(m.Field)+":")
			for _, w := range m.Words {
				y.pair(8, w.Field, w.Text, w.Comment)
			}
		}
	}
	if len(s.When) > 0 {
		y.line(4, "when:")
		for _, c := range s.When {
			text := "- {column: " + scalar(c.Column)
			if len(c.In) > 0 {
				text += ", in: " + list(c.In)
			}
			y.line(6, text+"}"+comment(c.Comment))
		}
	}
	if len(s.Dates) > 0 {
		y.line(4, "dates: "+list(s.Dates))
	}
	if s.Unit != "" {
		if c := s.column("amount"); c != nil {
			y.line(4, "units: {amount: "+s.Unit+"}")
		}
	}
	said := map[string]bool{"units": s.Unit != ""}
	for _, set := range s.Settings {
		if key, _, _ := strings.Cut(set, ":"); !said[key] { // a key stands once; build asks for the rest
			said[key] = true
			y.line(4, set)
		}
	}
	if s.Zone != "" {
		y.pair(4, "timezone", s.Zone, "of times without an offset")
	}
	if s.AmountPer != "" {
		y.pair(4, "amount_per", s.AmountPer, "")
	}
	if s.End != "" {
		y.pair(4, "end", s.End, "")
	}
}

// yamlWriter keeps the first error of writing.
type yamlWriter struct {
	w   io.Writer
	err error
}

func (y *yamlWriter) line(indent int, text string) {
	if y.err == nil {
		_, y.err = fmt.Fprintf(y.w, "%s%s\n", strings.Repeat(" ", indent), text)
	}
}

func (y *yamlWriter) pair(indent int, key, text, note string) {
	y.line(indent, scalar(key)+": "+scalar(text)+comment(note))
}

// comment writes a sentence as comment lines.
func (y *yamlWriter) comment(indent int, text string) {
	const width = 110
	words := strings.Fields(strings.Map(printable, text))
	line := "#"
	for _, w := range words {
		if len(line)+1+len(w) > width && line != "#" {
			y.line(indent, line)
			line = "#  "
		}
		line += " " + w
	}
	y.line(indent, line)
}

func comment(note string) string {
	if note == "" {
		return ""
	}
	return "  # " + strings.Join(strings.Fields(strings.Map(printable, note)), " ")
}

// printable keeps what may stand in a comment: a control character would end it.
func printable(r rune) rune {
	if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
		return ' '
	}
	return r
}

func list(texts []string) string {
	var out []string
	for _, t := range texts {
		out = append(out, scalar(t))
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// scalar writes a text so that YAML reads the same text: plain where it cannot
// be taken for anything else, else in double quotes.
func scalar(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case !unicode.IsPrint(r):
			fmt.Fprintf(&b, `\U%08X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// plain texts begin with a letter and hold nothing that YAML gives a meaning.
func plain(s string) bool {
	if s == "" || strings.TrimSpace(s) != s {
		return false
	}
	switch strings.ToLower(s) {
	case "true", "false", "yes", "no", "on", "off", "null", "y", "n", "nan", "inf", "infinity":
		return false
	}
	for i, r := range s {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || unicode.Is(unicode.Han, r)
		if i == 0 && !letter {
			return false
		}
		if !letter && !(r >= '0' && r <= '9') && !strings.ContainsRune("_-./ ", r) && !(r == ':' && enteredKey(s, i)) {
			return false
		}
	}
	if _, err := strconv.ParseFloat(s, 64); err == nil {
		return false
	}
	return true
}

// enteredKey reports whether the colon at i is that of entered:<stage>, which
// ends no key.
func enteredKey(s string, i int) bool {
	return i == len(preset.Entered)-1 && strings.HasPrefix(s, preset.Entered) && len(s) > i+1 && s[i+1] != ' '
}
