package inspect

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"crmreport/cmd/internal/preset"
	"crmreport/ingest"
	"crmreport/ingest/value"
)

// Stage is one open stage of the proposed funnel.
type Stage struct {
	ID     string
	Labels []string
}

// mostStages is where a column of stages is no column of stages.
const mostStages = 60

// label is one of their words for a stage, with what is known of it.
type label struct {
	text string
	ours string // a terminal's, or "" for an open stage
	// What may order it.
	wide, order, number int // -1 = nothing
	probability         float64
	probable            bool
}

// stages collects the words of stages of all sources that have them, tells the
// ends from the open ones and orders those. Where every word is one that build
// knows by itself, there is nothing to state.
func (p *Proposal) stages() {
	labels := map[string]*label{}
	var order []string
	known := true
	for _, s := range p.Sources {
		if len(s.Missing) > 0 || s.Table != "deals" && s.Table != "stage_history" {
			continue
		}
		for _, l := range p.labels(s) {
			if old := labels[l.text]; old != nil {
				old.merge(l)
				continue
			}
			labels[l.text] = l
			order = append(order, l.text)
			if v, _ := ingest.Words("deals", "stage", p.base); !v.Knows(l.text) {
				known = false
			}
		}
	}
	if known {
		return
	}
	var open []*label
	for _, text := range order {
		if l := labels[text]; l.ours == "" {
			open = append(open, l)
		} else if v, _ := ingest.Words("deals", "stage", p.base); !v.Knows(text) || text != l.ours {
			p.Terminals[l.ours] = append(p.Terminals[l.ours], text)
		}
	}
	if len(open) > mostStages {
		p.StageNote = fmt.Sprintf("%d words in the column of stages are too many for a funnel: is it the stage?", len(open))
		open = open[:mostStages]
	}
	p.sortStages(open)
	taken := map[string]bool{"won": true, "lost": true, "void": true, "collected": true}
	for _, l := range open {
		id := slug(l.text)
		if id == "" || taken[id] {
			id = l.text
		}
		for n := 2; taken[id]; n++ {
			id = fmt.Sprintf("%s_%d", slug(l.text), n)
		}
		taken[id] = true
		p.Stages = append(p.Stages, Stage{id, []string{l.text}})
	}
	if len(p.Stages) == 0 { // a funnel needs one
		p.Stages = []Stage{{"open", nil}}
	}
}

func (l *label) merge(m *label) {
	if l.ours == "" {
		l.ours = m.ours
	}
	l.wide, l.order, l.number = max(l.wide, m.wide), max(l.order, m.order), max(l.number, m.number)
	if !l.probable {
		l.probability, l.probable = m.probability, m.probable
	}
}

// labels are the stages that one source names.
func (p *Proposal) labels(s *Source) []*label {
	var texts []string
	wide := map[string]int{}
	for i, c := range s.entered() {
		text := enteredLabel(c.Header)
		texts, wide[text] = append(texts, text), i
	}
	stage := s.column("stage")
	if stage != nil {
		prof := ingest.ProfileColumn(stage.Header, value.Word, s.live(stage.at))
		for _, w := range prof.Words {
			if !slices.Contains(texts, w.Text) {
				texts = append(texts, w.Text)
			}
		}
	}
	for _, c := range s.Constants {
		if c.Field == "stage" && !slices.Contains(texts, c.Text) {
			texts = append(texts, c.Text)
		}
	}
	var out []*label
	for _, text := range texts {
		l := &label{text: text, wide: -1, order: -1, number: leading(text)}
		if at, ok := wide[text]; ok {
			l.wide = at
		}
		l.order = slices.IndexFunc(s.feed.Order, func(o string) bool { return preset.Fold(o) == preset.Fold(text) })
		if ours, ok := p.words.Mean(s.feed, "stage", text); ok {
			l.ours = ours
		} else if stage != nil {
			l.ours = s.outcome(stage.at, text)
		}
		if stage != nil {
			l.probability, l.probable = s.probability(stage.at, text)
		}
		out = append(out, l)
	}
	return out
}

// outcome tells from other columns how the deals of a stage ended: in a stage
// that is an end, they all ended so.
func (s *Source) outcome(stage int, text string) string {
	h := preset.NewHeader(s.file.Titles)
	column := func(aliases []string) int {
		if at := h.Find(aliases...); len(at) > 0 && at[0] != stage {
			return at[0]
		}
		return -1
	}
	won, closed, status := column(s.feed.Outcome.Won), column(s.feed.Outcome.Closed), column(s.feed.Outcome.Status)
	if won < 0 && status < 0 {
		return ""
	}
	seen := map[string]bool{}
	for _, r := range s.file.rows {
		if stage >= len(r) || strings.TrimSpace(r[stage]) != text {
			continue
		}
		end := ""
		if won >= 0 {
			switch w, c := cell(r, won), cell(r, closed); {
			case yes(w):
				end = "won"
			case closed >= 0 && yes(c):
				end = "lost"
			}
		} else {
			ours, ok := preset.Words{}.Mean(s.feed, "status", cell(r, status))
			if ok && ours != "open" {
				end = ours
			}
		}
		seen[end] = true
	}
	if len(seen) == 1 {
		for end := range seen {
			return end
		}
	}
	return ""
}

func cell(r []string, at int) string {
	if at < 0 || at >= len(r) {
		return ""
	}
	return strings.TrimSpace(r[at])
}

func yes(s string) bool { v, ok := value.Tri(s); return ok && v }

// probability is the mean of a probability column over a stage's deals.
func (s *Source) probability(stage int, text string) (mean float64, ok bool) {
	at := preset.NewHeader(s.file.Titles).Find("Probability", "Probability (%)", "赢率", "winRate", "成单概率", "Deal - Probability")
	if len(at) == 0 {
		return 0, false
	}
	n := 0
	for _, r := range s.file.rows {
		if cell(r, stage) != text {
			continue
		}
		v, err := strconv.ParseFloat(strings.TrimSuffix(cell(r, at[0]), "%"), 64)
		if err == nil {
			mean += v
			n++
		}
	}
	if n == 0 {
		return 0, false
	}
	return mean / float64(n), true
}

// sortStages puts open stages in order by the best evidence that all of them
// have, and says which it was.
func (p *Proposal) sortStages(ls []*label) {
	all := func(has func(*label) bool) bool {
		return len(ls) > 0 && !slices.ContainsFunc(ls, func(l *label) bool { return !has(l) })
	}
	by := func(less func(a, b *label) int) {
		slices.SortStableFunc(ls, func(a, b *label) int { return cmp.Or(less(a, b), cmp.Compare(a.text, b.text)) })
	}
	distinct := map[float64]bool{}
	for _, l := range ls {
		distinct[l.probability] = true
	}
	switch {
	case len(ls) < 2:
	case all(func(l *label) bool { return l.wide >= 0 }):
		by(func(a, b *label) int { return a.wide - b.wide })
		p.StageNote = "in the order of the Date entered columns"
	case all(func(l *label) bool { return l.order >= 0 }):
		by(func(a, b *label) int { return a.order - b.order })
		p.StageNote = "in the order in which the vendor ships them"
	case all(func(l *label) bool { return l.probable }) && len(distinct) == len(ls):
		by(func(a, b *label) int { return cmp.Compare(a.probability, b.probability) })
		p.StageNote = "in the order of their mean probability: check it"
	case all(func(l *label) bool { return l.number >= 0 }):
		by(func(a, b *label) int { return a.number - b.number })
		p.StageNote = "in the order of the numbers in their names"
	default:
		by(func(a, b *label) int {
			x, y := a.order, b.order
			if x < 0 {
				x = len(ls) + 100
			}
			if y < 0 {
				y = len(ls) + 100
			}
			return x - y
		})
		p.StageNote = strings.TrimPrefix(p.StageNote+"; nothing in the files says in which order they come: put them in order", "; ")
	}
}

// leading is the number in a name such as 2-Develop, S3 or 4. Offer; -1 is none.
func leading(s string) int {
	s = strings.TrimLeft(s, "Ss#第")
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	v, err := strconv.Atoi(s[:n])
	if err != nil {
		return -1
	}
	return v
}

// slug makes an id of a stage's name.
func slug(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
	}
	return strings.TrimSuffix(b.String(), "_")
}

// enteredColumns finds the columns of a wide stage history, in the file's order.
func (s *Source) enteredColumns() bool {
	for at, h := range s.file.Header {
		if enteredLabel(h) != "" {
			s.Columns = append(s.Columns, Column{Field: preset.Entered, Header: h, at: at})
		}
	}
	return len(s.entered()) > 0
}

func (s *Source) entered() []Column {
	var out []Column
	for _, c := range s.Columns {
		if strings.HasPrefix(c.Field, preset.Entered) {
			out = append(out, c)
		}
	}
	return out
}

// enteredStarts are how headers of a wide history begin, in the languages of
// HubSpot; hs_v2_date_entered_ is the API's.
var enteredStarts = []string{"date entered ", "hs_v2_date_entered_", "hs_date_entered_", "fecha de entrada ", "data de entrada ", "date d'entrée ", "eintrittsdatum ", "进入日期 "}

// enteredLabel takes the stage out of a header such as Date entered "Demo
// (Sales Pipeline)"; the pipeline's name in brackets is no part of it.
func enteredLabel(header string) string {
	folded := strings.ToLower(strings.TrimSpace(header))
	for _, start := range enteredStarts {
		if len(folded) <= len(start) || folded[:len(start)] != start {
			continue
		}
		word := strings.Trim(strings.TrimSpace(header)[len(start):], `"'“”‘’«» `)
		if i := strings.LastIndex(word, " ("); i > 0 && strings.HasSuffix(word, ")") {
			word = word[:i]
		}
		return strings.Trim(word, `"'“”‘’ `)
	}
	return ""
}

// whenStages turns a condition on our stages into one on their words.
func (p *Proposal) whenStages(s *Source) {
	h := preset.NewHeader(s.file.Titles)
	for _, w := range s.feed.When {
		if w.Stage == "" {
			continue
		}
		at := s.stageColumn(h)
		if at < 0 {
			continue
		}
		in := slices.Clone(p.Terminals[w.Stage])
		for word := range p.wordsOf(s.file, at) {
			ours, ok := p.words.Mean(s.feed, "stage", word)
			v, _ := ingest.Words("deals", "stage", p.base)
			if (ok && ours == w.Stage || !ok && v.Knows(word) && strings.EqualFold(word, w.Stage)) && !slices.Contains(in, word) {
				in = append(in, word)
			}
		}
		slices.Sort(in)
		if len(in) == 0 {
			in = []string{w.Stage}
		}
		s.When = slices.Insert(s.When, 0, Condition{Column: s.file.Header[at], In: in})
	}
}

func (p *Proposal) wordsOf(f *File, at int) map[string]bool {
	out := map[string]bool{}
	for _, c := range f.cells(at) {
		if c = strings.TrimSpace(c); c != "" && len(out) < 1000 {
			out[c] = true
		}
	}
	return out
}

// stageColumn finds the column of stages of the deals that the same object
// feeds.
func (s *Source) stageColumn(h *preset.Header) int {
	for _, f := range s.Object.Tables {
		if f.Table == "deals" || f.Table == "stage_history" {
			if at := h.Find(f.Columns["stage"]...); len(at) > 0 {
				return at[0]
			}
		}
	}
	return -1
}

// stageID is the id of the stage that a label names: a stage of the proposal, an
// end, or the word itself where build knows it.
func (p *Proposal) stageID(s *Source, text string) string {
	for _, st := range p.Stages {
		if slices.Contains(st.Labels, text) {
			return st.ID
		}
	}
	for _, end := range []string{"won", "lost", "void", "collected"} {
		if slices.Contains(p.Terminals[end], text) {
			return end
		}
	}
	if ours, ok := p.words.Mean(s.feed, "stage", text); ok {
		return ours
	}
	return text
}

// nameEntered gives the columns of a wide history their stages. Two columns of
// one stage are those of two pipelines: build finds the second by its header.
func (p *Proposal) nameEntered(s *Source) {
	taken := map[string]bool{}
	for i := range s.Columns {
		c := &s.Columns[i]
		if c.Field != preset.Entered {
			continue
		}
		if id := preset.Entered + p.stageID(s, enteredLabel(c.Header)); !taken[id] {
			c.Field, taken[id] = id, true
		}
	}
	s.Columns = slices.DeleteFunc(s.Columns, func(c Column) bool { return c.Field == preset.Entered })
}
