package inspect

import (
	"fmt"
	"iter"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode"

	"crmreport/cmd/internal/preset"
	"crmreport/ingest"
	"crmreport/ingest/value"
)

// join makes one source of those that differ only in their files. A file that is
// a copy in one table is left out of all.
func (p *Proposal) join() {
	p.merge()
	if len(p.copies) == 0 {
		return
	}
	p.Sources = slices.DeleteFunc(p.apart(), func(s *Source) bool { return p.copies[s.file.Name] })
	p.merge()
}

// merge joins what is alike, and finds copies.
func (p *Proposal) merge() {
	var out []*Source
	for _, s := range p.Sources {
		if i := slices.IndexFunc(out, func(o *Source) bool { return o.alike(s) }); i >= 0 {
			out[i].add(p, s)
			continue
		}
		if !slices.ContainsFunc(out, func(o *Source) bool { return o.elsewhere(s) && o.copied(p, s) }) {
			out = append(out, s)
		}
	}
	p.Sources = out
}

// apart undoes merge.
func (p *Proposal) apart() []*Source {
	var out []*Source
	for _, s := range p.Sources {
		for _, part := range append([]*Source{s}, s.parts...) {
			part.Files, part.parts = []string{part.file.Name}, nil
			out = append(out, part)
		}
	}
	return out
}

// elsewhere reports whether two sources that are read in different ways feed one
// table from different folders: what one unpacks may be last year's export.
func (s *Source) elsewhere(o *Source) bool {
	return s.Table == o.Table && len(s.Missing) == 0 && len(o.Missing) == 0 && path.Dir(s.file.Name) != path.Dir(o.file.Name)
}

// add takes the files of a like source in, but for one whose rows stand in
// another file already: counting them twice would be silent.
func (s *Source) add(p *Proposal, o *Source) {
	s.Questions = append(s.Questions, o.Questions...)
	if !s.copied(p, o) {
		s.Files, s.parts = append(s.Files, o.Files...), append(s.parts, o)
	}
}

// copied asks about a source most of whose ids are in a file of s.
func (s *Source) copied(p *Proposal, o *Source) bool {
	for _, part := range append([]*Source{s}, s.parts...) {
		n, of := overlap(part, o)
		if n*2 <= of {
			continue
		}
		s.ask(p, Question{File: o.file.Name, Text: fmt.Sprintf("%d of its %d ids are in %s too: is it a copy, or a part of the same export? It is left out", n, of, part.file.Name),
			Answers: []value.Reading{{Means: "it is a copy", Setting: "leave it out"}, {Means: "it is a part", Setting: "add it under files"}}})
		p.copies[o.file.Name] = true
		return true
	}
	return false
}

// alike reports whether two sources are read in the same way.
func (s *Source) alike(o *Source) bool {
	if s.Object != o.Object || s.Table != o.Table || len(s.Missing) > 0 || len(o.Missing) > 0 || len(s.When) != len(o.When) {
		return false
	}
	plain := func(cs []Column) []Pair {
		var out []Pair
		for _, c := range cs {
			out = append(out, Pair{c.Field, c.Header, ""})
		}
		return out
	}
	for i := range s.When {
		if s.When[i].Column != o.When[i].Column || !slices.Equal(s.When[i].In, o.When[i].In) {
			return false
		}
	}
	return slices.Equal(plain(s.Columns), plain(o.Columns)) && slices.Equal(s.Settings, o.Settings) && slices.Equal(s.Dates, o.Dates) &&
		slices.EqualFunc(s.Words, o.Words, func(a, b Mapping) bool { return a.Field == b.Field && slices.Equal(a.Words, b.Words) })
}

// overlap counts the ids of b that a has too.
func overlap(a, b *Source) (n, of int) {
	spec := fieldsOf(a.Table)
	if len(spec.Key) == 0 || a.column(spec.Key[0]) == nil {
		return 0, 0
	}
	ids := map[string]bool{}
	for _, id := range a.live(a.column(spec.Key[0]).at) {
		ids[strings.TrimLeft(strings.TrimSpace(id), "0")] = true
	}
	for _, id := range b.live(b.column(spec.Key[0]).at) {
		of++
		if ids[strings.TrimLeft(strings.TrimSpace(id), "0")] {
			n++
		}
	}
	return n, of
}

// general finds what is stated once: the currency and the language.
func (p *Proposal) general() {
	count := map[string]int{}
	han, headers := 0, 0
	hint, note := "", ""
	for _, s := range p.Sources {
		if len(s.Missing) > 0 {
			continue
		}
		for _, c := range s.Columns {
			headers++
			if strings.ContainsFunc(c.Header, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
				han++
			}
			if c.Field == "currency" {
				for _, w := range ingest.ProfileColumn(c.Header, value.Word, s.live(c.at)).Words {
					count[currencyOf(w.Text)] += w.Count
				}
			}
			if code := currencyIn(c.Header); code != "" {
				hint, note = code, "named in the header "+c.Header
			}
			if i := slices.Index(fieldsOf(s.Table).Columns, c.Field); hint == "" && i >= 0 && fieldsOf(s.Table).Kinds[i] == value.Number {
				if sign, code := signIn(s.live(c.at)); code != "" {
					hint, note = code, "amounts of "+c.Header+" are marked "+sign+": check that this is the currency"
				}
			}
		}
		for _, c := range s.Constants {
			if c.Field == "currency" {
				hint, note = c.Text, "stated by the preset"
			}
		}
	}
	p.Lang = "en"
	if han*2 >= headers && headers > 0 {
		p.Lang = "zh"
	}
	delete(count, "")
	switch {
	case len(count) > 0:
		codes := slices.Sorted(maps.Keys(count))
		slices.SortStableFunc(codes, func(a, b string) int { return count[b] - count[a] })
		p.Currency = codes[0]
		if len(codes) > 1 {
			p.CurrencyNote = "amounts are in " + strings.Join(codes, ", ") + ": give their rates in a table fx_rates, else only this currency counts"
		}
	case hint != "":
		p.Currency, p.CurrencyNote = hint, note
	case p.Lang == "zh":
		p.Currency = "CNY"
	default:
		p.CurrencyNote = "no file names the currency of its amounts: state it"
	}
}

func currencyOf(word string) string {
	if w := strings.TrimSpace(word); w == "人民币" || strings.EqualFold(w, "RMB") {
		return "CNY"
	}
	if w := strings.ToUpper(strings.TrimSpace(word)); len(w) == 3 && strings.Trim(w, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" {
		return w
	}
	return ""
}

// signs are the marks of amounts that name a currency, the longer ones first. $
// is many currencies and ¥ two: the commoner one is proposed, and said.
var signs = []Pair{{"US$", "USD", ""}, {"HK$", "HKD", ""}, {"NT$", "TWD", ""}, {"R$", "BRL", ""}, {"A$", "AUD", ""}, {"C$", "CAD", ""}, {"S$", "SGD", ""},
	{"$", "USD", ""}, {"€", "EUR", ""}, {"£", "GBP", ""}, {"¥", "CNY", ""}, {"￥", "CNY", ""}, {"₹", "INR", ""}, {"₩", "KRW", ""}, {"元", "CNY", ""}}

// signIn finds the sign of the first amount that has one.
func signIn(cells iter.Seq2[int, string]) (sign, code string) {
	for _, c := range cells {
		for _, s := range signs {
			if strings.Contains(c, s.Field) {
				return s.Field, s.Text
			}
		}
	}
	return "", ""
}

// currencyIn finds a code in a header such as amount_usd or Amount (EUR).
func currencyIn(header string) string {
	for _, part := range strings.FieldsFunc(header, func(r rune) bool { return !unicode.IsLetter(r) }) {
		switch up := strings.ToUpper(part); up {
		case "USD", "EUR", "GBP", "CNY", "RMB", "JPY", "CAD", "AUD", "BRL", "MXN", "INR", "CHF", "HKD", "SGD":
			return strings.ReplaceAll(up, "RMB", "CNY")
		}
	}
	return ""
}

// Ready reports whether build can read something of it.
func (p *Proposal) Ready() bool {
	return slices.ContainsFunc(p.Sources, func(s *Source) bool { return len(s.Missing) == 0 })
}

// Open returns the questions that nobody has answered.
func (p *Proposal) Open() []Question {
	var out []Question
	for _, q := range p.Questions {
		if !q.Answered {
			out = append(out, q)
		}
	}
	return out
}

// families are the metric families that the sources can feed, with what is
// missing for the others left to the page.
func families(o *preset.Object) string {
	if o.Own() {
		return "the headings are ours"
	}
	if len(o.Feeds) == 0 {
		return "nothing"
	}
	return strings.Join(o.Feeds, ", ")
}
