package inspect

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"crmreport/ingest"
	"crmreport/ingest/value"
)

// mapWords maps the words of a column. An optional column with a word that
// nobody knows is left out: each such row would be rejected for it.
func (p *Proposal) mapWords(s *Source, c *Column) {
	vocabulary, ok := ingest.Words(s.Table, c.Field, p.base)
	if !ok {
		return // a currency
	}
	prof := ingest.ProfileColumn(c.Header, value.Word, s.live(c.at))
	m := Mapping{Field: c.Field}
	var strange []string
	for _, w := range prof.Words {
		ours, known := p.words.Mean(s.feed, c.Field, w.Text)
		switch {
		case known && ours != w.Text && !(vocabulary.Knows(w.Text) && same(vocabulary, w.Text, ours)):
			m.Words = append(m.Words, Pair{w.Text, ours, ""})
		case !known && !vocabulary.Knows(w.Text):
			strange = append(strange, fmt.Sprintf("%s (%d)%s", w.Text, w.Count, p.nearest(s, c.Field, w.Text, vocabulary)))
		}
	}
	if len(strange) > 0 {
		what := fmt.Sprintf("%s (%s) has words that mean nothing here: %s; say what they mean under words, one of %s", c.Header, c.Field,
			strings.Join(first(strange, 6), ", "), strings.Join(vocabulary.Known, ", "))
		if slices.Contains(fieldsOf(s.Table).Filled, c.Field) {
			s.ask(p, Question{Text: what})
		} else {
			s.Notes = append(s.Notes, what+"; the column is left out until then")
			s.drop(c.Field)
			return
		}
	}
	if len(m.Words) > 0 {
		s.Words = append(s.Words, m)
	}
}

// nearest names the known word, ours or theirs, that a word is likest to.
func (p *Proposal) nearest(s *Source, field, word string, v ingest.Vocabulary) string {
	return ingest.Nearest(word, append(slices.Clone(v.Known), p.words.Known(s.feed, field)...))
}

// same is true where a word of theirs is the word of ours that it means, but
// for its case: it needs no mapping.
func same(v ingest.Vocabulary, theirs, ours string) bool {
	return strings.EqualFold(theirs, ours) && v.Knows(ours)
}

// texts maps the words of a free text that a preset knows: other spellings, and
// words for blank.
func (s *Source) texts(c *Column) {
	m := Mapping{Field: c.Field}
	for _, ours := range slices.Sorted(maps.Keys(s.feed.Words[c.Field])) {
		for _, theirs := range s.feed.Words[c.Field][ours] {
			note := ""
			if ours == "" {
				note = "stands for blank"
			}
			m.Words = append(m.Words, Pair{theirs, ours, note})
		}
	}
	if len(m.Words) > 0 {
		s.Words = append(s.Words, m)
	}
}

// keys warns where a column that must tell rows apart does not.
func (s *Source) keys(spec ingest.TableSpec) {
	if len(spec.Key) != 1 {
		return
	}
	c := s.column(spec.Key[0])
	if c == nil {
		return
	}
	seen, twice, all := map[string]bool{}, 0, 0
	for _, id := range s.live(c.at) {
		id = strings.TrimSpace(id)
		if id == "" {
			continue
		}
		all++
		if seen[id] {
			twice++
		}
		seen[id] = true
	}
	if twice > 0 {
		what := "alike ones count once, others are rejected"
		if s.column("updated_at") != nil {
			what = "the newest by updated_at counts"
		}
		s.Notes = append(s.Notes, fmt.Sprintf("%d of %d rows repeat a %s (%s): %s", twice, all, c.Header, c.Field, what))
	}
}
