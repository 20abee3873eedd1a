package inspect

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"crmreport/cmd/internal/preset"
	"crmreport/ingest"
	"crmreport/ingest/crm"
	"crmreport/ingest/value"
)

// Options are what the person who asks has said.
type Options struct {
	AsOf   string  // the day of an export that has no dates; "" = unsaid
	Accept bool    // take the first answer to every question
	Folder *Folder // that was looked through; nil: files were named
}

// Column is one of our fields out of one of theirs.
type Column struct {
	Field   string
	Header  string
	Comment string
	at      int // column of the file
}

// Source is one proposed entry under sources.
type Source struct {
	Table     string
	Files     []string
	Object    *preset.Object
	Columns   []Column
	Constants []Pair
	Words     []Mapping
	When      []Condition
	Settings  []string // "date_order: dmy", as they stand under the source
	Dates     []string
	Zone, IDs string
	AmountPer string
	End       string
	Unit      string
	Notes     []string // what the numbers' reader should know, or check
	Missing   []string // why it cannot be read as it is
	Questions []Question

	feed    *preset.Feed
	file    *File
	parts   []*Source // alike ones, whose files are in Files
	dropped []Column  // columns that resolve left out
}

// Pair is a field and its text.
type Pair struct{ Field, Text, Comment string }

// Mapping is the words of one field.
type Mapping struct {
	Field string
	Words []Pair // their word, our word
}

// Condition is one entry of when.
type Condition struct {
	Column  string
	In      []string
	Comment string
}

// Question is what a file does not settle.
type Question struct {
	File, Text string
	Answers    []value.Reading
	Answered   bool // by Options.Accept: the first answer is in the configuration
}

// Proposal is what a set of files becomes.
type Proposal struct {
	Files        []*File
	Sources      []*Source // that build can read, and those that lack something
	Unused       []Pair    // file, why it feeds nothing
	Stages       []Stage
	Terminals    map[string][]string
	StageNote    string
	Currency     string
	CurrencyNote string
	Lang         string
	Questions    []Question

	options Options
	words   preset.Words
	base    crm.Pipeline
	copies  map[string]bool // files whose records stand in another one, mostly
}

// Propose finds the configuration for files.
func Propose(files []*File, o Options) (*Proposal, error) {
	words, err := preset.CommonWords()
	if err != nil {
		return nil, err
	}
	p := &Proposal{Files: files, options: o, words: words, base: crm.DefaultPipeline(), Terminals: map[string][]string{}, copies: map[string]bool{}}
	for _, f := range files {
		p.feed(f)
	}
	p.dropInstead()
	p.stages()
	p.resolve()
	p.sameOrder()
	p.accept()
	p.join()
	p.general()
	for _, s := range p.Sources {
		for _, q := range s.Questions {
			if !slices.ContainsFunc(p.Questions, func(o Question) bool { return o.File == q.File && o.Text == q.Text }) {
				p.Questions = append(p.Questions, q) // two tables of one file ask once
			}
		}
	}
	return p, nil
}

// feed proposes the sources of one file.
func (p *Proposal) feed(f *File) {
	o := f.best()
	switch {
	case f.Fault != nil:
		p.Unused = append(p.Unused, Pair{f.Name, strings.TrimPrefix(f.Fault.Error(), f.Name+": "), ""})
		return
	case o == nil:
		p.Unused = append(p.Unused, Pair{f.Name, "no preset and no table of ours fits its header" + nearest(f), ""})
		return
	case len(o.Tables) == 0:
		p.Unused = append(p.Unused, Pair{f.Name, o.ID() + ": " + o.Note, ""})
		return
	}
	for i := range o.Tables {
		if s := p.source(f, o, &o.Tables[i]); s != nil {
			p.Sources = append(p.Sources, s)
		}
	}
}

// nearest says which object came closest, where one came close.
func nearest(f *File) string {
	if len(f.Matches) == 0 || f.Matches[0].Score < 50 {
		return ""
	}
	m := f.Matches[0]
	why := ""
	if len(m.Lacking) > 0 {
		why = ", but lacks " + strings.Join(m.Lacking, ", ")
	} else if len(m.Against) > 0 {
		why = ", but has " + strings.Join(m.Against, ", ")
	}
	return fmt.Sprintf("; it is most like %s (%d of 100)%s", m.Object.ID(), m.Score, why)
}

// source maps one feed of an object onto a file; nil where the file does not
// have it.
func (p *Proposal) source(f *File, o *preset.Object, feed *preset.Feed) *Source {
	s := &Source{Table: feed.Table, Files: []string{f.Name}, Object: o, feed: feed, file: f,
		Zone: o.Vendor.Zone, AmountPer: feed.AmountPer, End: feed.End, Unit: feed.Unit}
	h := preset.NewHeader(f.Titles)
	spec := fieldsOf(feed.Table)
	for _, field := range spec.Columns {
		if _, constant := feed.Constants[field]; constant {
			continue
		}
		if at := s.pick(h.Find(feed.Columns[field]...)); at >= 0 {
			c := Column{field, f.Header[at], feed.Comments[field], at}
			if f.Header[at] != f.Titles[at] {
				c.Comment = strings.TrimPrefix(c.Comment+"; several columns are called "+f.Titles[at], "; ")
			}
			s.Columns = append(s.Columns, c)
		}
	}
	wide := false
	if feed.Table == "stage_history" && s.column("changed_at") == nil && len(feed.Constants) == 0 {
		if wide = s.enteredColumns(); !wide {
			return nil
		}
	}
	if o.Vendor.IDs != "" && hasIDs(s, spec) {
		s.IDs = o.Vendor.IDs
	}
	p.constants(s)
	s.required(spec, wide)
	s.conditions(h)
	if f.Rows == 0 {
		s.Notes = append(s.Notes, "the file has a header and no rows")
	}
	return s
}

// pick takes the first of some columns that has text, else the first.
func (s *Source) pick(columns []int) int {
	for _, at := range columns {
		if !s.file.blank(at) {
			return at
		}
	}
	if len(columns) > 0 {
		return columns[0]
	}
	return -1
}

func (s *Source) column(field string) *Column {
	for i := range s.Columns {
		if s.Columns[i].Field == field {
			return &s.Columns[i]
		}
	}
	return nil
}

func (s *Source) drop(field string) {
	if c := s.column(field); c != nil {
		s.dropped = append(s.dropped, *c)
	}
	s.Columns = slices.DeleteFunc(s.Columns, func(c Column) bool { return c.Field == field })
}

func hasIDs(s *Source, spec ingest.TableSpec) bool {
	for i, field := range spec.Columns {
		if spec.Kinds[i] == value.ID && s.column(field) != nil {
			return true
		}
	}
	return false
}

// asOf stands in a preset for the day of the export.
const asOf = "AS-OF"

// constants adds those of the preset, and stands in for a rep and a creation
// that the file does not name: the report is then of the company alone.
func (p *Proposal) constants(s *Source) {
	spec := fieldsOf(s.Table)
	dateless := false
	for _, field := range spec.Columns {
		text, ok := s.feed.Constants[field]
		if !ok {
			continue
		}
		if text == asOf {
			if p.options.AsOf == "" {
				dateless = true
				continue
			}
			text = p.options.AsOf
		}
		s.Constants = append(s.Constants, Pair{field, text, s.feed.Comments[field]})
	}
	if dateless {
		s.Missing = append(s.Missing, "the file has no date: say on which day it was exported with inspect --as-of DATE, and every row counts on that day")
	}
	if slices.Contains(spec.Required, "rep_id") && s.column("rep_id") == nil && !s.constant("rep_id") {
		s.Constants = append(s.Constants, Pair{"rep_id", "nobody", "the file names no rep: the report is of the company alone"})
	}
	if s.Table == "deals" && s.column("created_at") == nil && !s.constant("created_at") && !dateless {
		s.Constants = append(s.Constants, Pair{"created_at", "", "the file does not say when a deal was created: its age is unknown"})
	}
}

func (s *Source) constant(field string) bool {
	return slices.ContainsFunc(s.Constants, func(c Pair) bool { return c.Field == field })
}

// required finds what the table needs and the file does not have.
func (s *Source) required(spec ingest.TableSpec, wide bool) {
	for _, field := range spec.Required {
		if s.constant(field) || wide && (field == "stage" || field == "changed_at") {
			continue
		}
		c := s.column(field)
		filled := slices.Contains(spec.Filled, field)
		switch {
		case c == nil && len(s.feed.Columns[field]) > 0:
			s.Missing = append(s.Missing, fmt.Sprintf("there is no column for %s; export it (in %s it is called %s)", field, s.Object.Vendor.Vendor, strings.Join(first(s.feed.Columns[field], 3), " or ")))
		case c == nil && s.feed.Constants[field] != asOf:
			s.Missing = append(s.Missing, "there is no column for "+field)
		case c != nil && filled && s.file.Rows > 0 && s.file.blank(c.at):
			s.Missing = append(s.Missing, fmt.Sprintf("the column %s (%s) is blank on every row", c.Header, field))
		}
	}
}

func first(s []string, n int) []string { return s[:min(n, len(s))] }

// conditions finds the columns of when. Without a column that tells the table's
// rows from others the file cannot feed it: open deals are no signings.
func (s *Source) conditions(h *preset.Header) {
	for _, w := range s.feed.When {
		if w.Stage != "" { // its words are not known yet
			if s.stageColumn(h) < 0 {
				s.Missing = append(s.Missing, "there is no column of stages to tell "+w.Stage+" rows by")
			}
			continue
		}
		at := h.Find(w.Column...)
		if len(at) == 0 {
			if !w.Optional {
				s.Missing = append(s.Missing, "there is no column "+strings.Join(first(w.Column, 3), " or ")+" to tell its rows by")
			}
			continue
		}
		c := Condition{Column: s.file.Header[at[0]], In: w.In}
		if n, words := s.leftOut(at[0], w.In); n > 0 {
			c.Comment = fmt.Sprintf("skips %d of %d rows: %s", n, s.file.Rows, words)
		}
		s.When = append(s.When, c)
	}
}

// leftOut counts the rows that a condition leaves out, with their words.
func (s *Source) leftOut(at int, in []string) (n int, words string) {
	count := map[string]int{}
	for _, c := range s.file.cells(at) {
		c = strings.TrimSpace(c)
		if len(in) == 0 && c == "" || len(in) > 0 && !slices.Contains(in, c) {
			n++
			count[c]++
		}
	}
	var texts []string
	for w := range count {
		texts = append(texts, w)
	}
	sort.Slice(texts, func(i, j int) bool {
		if count[texts[i]] != count[texts[j]] {
			return count[texts[i]] > count[texts[j]]
		}
		return texts[i] < texts[j]
	})
	var out []string
	for _, w := range first(texts, 5) {
		show := w
		if show == "" {
			show = "(blank)"
		}
		out = append(out, fmt.Sprintf("%s %d", show, count[w]))
	}
	if len(texts) > 5 {
		out = append(out, "…")
	}
	return n, strings.Join(out, ", ")
}

// dropInstead leaves out what only stands in for a table that another file
// feeds.
func (p *Proposal) dropInstead() {
	fed := map[string]bool{}
	for _, s := range p.Sources {
		if !s.feed.Instead && len(s.Missing) == 0 {
			fed[s.Table] = true
		}
	}
	p.Sources = slices.DeleteFunc(p.Sources, func(s *Source) bool {
		return s.feed.Instead && (fed[s.Table] || len(s.Missing) > 0)
	})
}

// resolve reads the columns of every source: their settings, questions and
// words.
func (p *Proposal) resolve() {
	for _, s := range p.Sources {
		if len(s.Missing) > 0 {
			continue
		}
		spec := fieldsOf(s.Table)
		p.whenStages(s)
		p.nameEntered(s)
		for i, field := range spec.Columns {
			c := s.column(field)
			if c == nil {
				continue
			}
			switch kind := spec.Kinds[i]; {
			case field == "stage": // its words stand under stages and terminals
			case kind == value.Word || kind == value.Bool:
				p.mapWords(s, c)
			case kind == value.Text:
				s.texts(c)
			default:
				p.settle(s, c, kind)
			}
		}
		for _, c := range s.entered() {
			p.settle(s, &c, value.Stamp)
		}
		s.keys(spec)
	}
}

// sameOrder answers a question about day and month from another column of the
// same file: one program wrote both. It is said, for a person to check.
func (p *Proposal) sameOrder() {
	proven := map[string]string{} // file → setting
	for _, s := range p.Sources {
		for _, set := range s.Settings { // all of them proven: guesses are not accepted yet
			if strings.HasPrefix(set, dateOrder) {
				if old, ok := proven[s.file.Name]; ok && old != set {
					set = "" // the file contradicts itself
				}
				proven[s.file.Name] = set
			}
		}
	}
	for _, s := range p.Sources {
		set := proven[s.file.Name]
		if set == "" {
			continue
		}
		s.Questions = slices.DeleteFunc(s.Questions, func(q Question) bool {
			about := slices.ContainsFunc(q.Answers, func(a value.Reading) bool { return a.Setting == set })
			if about {
				s.Notes = append(s.Notes, "another column of the file proves "+set+"; it answers: "+q.Text)
				if !slices.Contains(s.Settings, set) {
					s.Settings = append(s.Settings, set)
				}
			}
			return about
		})
	}
}

const (
	dateOrder = "date_order: "
	datesKey  = "dates: "
)

// swapped is a layout of two-digit years with month and day changed about.
func swapped(layout string) string {
	return strings.NewReplacer("D", "M", "M", "D").Replace(layout)
}

// accept states the first answer of every question that is left, where the
// person who asks said so.
func (p *Proposal) accept() {
	for _, s := range p.Sources {
		for _, q := range s.Questions {
			if !q.Answered {
				continue
			}
			set := q.Answers[0].Setting
			if layout, ok := strings.CutPrefix(set, datesKey); ok {
				if layout = strings.Trim(layout, "[]"); !slices.Contains(s.Dates, layout) {
					s.Dates = append(s.Dates, layout)
				}
				continue
			}
			if !slices.Contains(s.Settings, set) && !strings.HasPrefix(set, "add ") && !strings.HasPrefix(set, "leave ") {
				s.Settings = append(s.Settings, set)
			}
		}
	}
}

// settle profiles a column that must be of a kind.
func (p *Proposal) settle(s *Source, c *Column, kind value.Kind) {
	prof := ingest.ProfileColumn(c.Header, kind, s.live(c.at))
	if prof.Question != "" { // rows of other tables may settle it
		if whole := ingest.ProfileColumn(c.Header, kind, s.file.cells(c.at)); whole.Question == "" {
			prof.Question, prof.Setting = "", whole.Setting
		}
	}
	if prof.Kind == value.Date || prof.Kind == value.Stamp {
		if layout, sure, n := shortYears(s.live(c.at)); n > 0 {
			if whole, proven, _ := shortYears(s.file.cells(c.at)); !sure && proven {
				layout, sure = whole, true
			}
			if !sure {
				s.ask(p, Question{Text: fmt.Sprintf("column %s: dates of two-digit years whose day and month may be swapped; state dates: [%s] or the other order", c.Header, layout),
					Answers: []value.Reading{{Means: "day first", Setting: datesKey + list([]string{layout})}, {Means: "month first", Setting: datesKey + list([]string{swapped(layout)})}}})
				return
			}
			if !slices.Contains(s.Dates, layout) {
				s.Dates = append(s.Dates, layout)
			}
			return
		}
	}
	if prof.Question != "" {
		s.ask(p, Question{Text: prof.Question, Answers: prof.Ambiguous})
		return
	}
	if prof.Setting != "" && !slices.Contains(s.Settings, prof.Setting) {
		s.Settings = append(s.Settings, prof.Setting)
	}
	if prof.Bad.Count > 0 && !slices.Contains(fieldsOf(s.Table).Filled, c.Field) && prof.Bad.Count*20 > prof.Cells-prof.Blank {
		s.Notes = append(s.Notes, fmt.Sprintf("%s (%s) is left out: %d of %d cells are no %s, such as %q", c.Header, c.Field, prof.Bad.Count, prof.Cells-prof.Blank, prof.Kind, prof.Bad.Example))
		s.drop(c.Field)
	}
}

func (s *Source) ask(p *Proposal, q Question) {
	if q.File == "" {
		q.File = s.file.Name
	}
	q.Answered = p.options.Accept && len(q.Answers) > 0
	if !slices.ContainsFunc(s.Questions, func(o Question) bool { return o.File == q.File && o.Text == q.Text }) {
		s.Questions = append(s.Questions, q)
	}
}

// live yields the cells of the rows that the source reads: a row that when
// leaves out proves nothing.
func (s *Source) live(at int) func(func(int, string) bool) {
	type test struct {
		at int
		in []string
	}
	var tests []test
	for _, c := range s.When {
		if i := slices.Index(s.file.Header, c.Column); i >= 0 {
			tests = append(tests, test{i, c.In})
		}
	}
	return func(yield func(int, string) bool) {
		for i, r := range s.file.rows {
			ok := true
			for _, t := range tests {
				text := ""
				if t.at < len(r) {
					text = strings.TrimSpace(r[t.at])
				}
				if len(t.in) == 0 && text == "" || len(t.in) > 0 && !slices.Contains(t.in, text) {
					ok = false
				}
			}
			text := ""
			if at < len(r) {
				text = r[at]
			}
			if ok && !yield(s.file.lines[i], text) {
				return
			}
		}
	}
}
