package preset

import (
	"slices"
	"sort"
	"strings"
)

// The weights of a score: a column that its table cannot do without counts more
// than one that only adds to it.
const (
	weightRequired = 4
	weightMark     = 2
	weightOptional = 1
)

// Match is how well an object fits a header.
type Match struct {
	Object  *Object
	Score   int      // 0 to 100: share of the weights of its columns that were found
	Fits    bool     // every header that it must have is there, and none that it must not
	Lacking []string // of Must
	Against []string // of Not, found
	Found   int      // headers of the file that it explains
}

// Header is a header row, to be asked for headers by any spelling.
type Header struct {
	Names []string
	at    map[string][]int // by fold
	bare  map[string][]int // by fold without what stands in brackets at the end: 金额（万元）
}

// NewHeader prepares a header row.
func NewHeader(names []string) *Header {
	h := &Header{Names: names, at: map[string][]int{}, bare: map[string][]int{}}
	for i, n := range names {
		if f := Fold(n); f != "" {
			h.at[f] = append(h.at[f], i)
		}
		if short := withoutBrackets(n); short != "" {
			h.bare[Fold(short)] = append(h.bare[Fold(short)], i)
		}
	}
	return h
}

// withoutBrackets cuts a unit or a currency off a header; "" where none stands
// at its end.
func withoutBrackets(name string) string {
	name = strings.TrimSpace(name)
	for _, pair := range []string{"()", "（）", "[]", "【】"} {
		r := []rune(pair)
		if at := strings.LastIndex(name, string(r[0])); at > 0 && strings.HasSuffix(name, string(r[1])) {
			return strings.TrimSpace(name[:at])
		}
	}
	return ""
}

// Find returns the columns that any of the spellings names, in the order of the
// spellings, each once. One that is exactly right goes before its likes.
func (h *Header) Find(spellings ...string) []int { return h.find(aliases(spellings)) }

func (h *Header) find(as []alias) []int {
	var out []int
	for _, a := range as {
		for _, exact := range []bool{true, false} {
			for _, i := range h.at[a.fold] {
				if (h.Names[i] == a.text) == exact && !slices.Contains(out, i) {
					out = append(out, i)
				}
			}
		}
	}
	for _, a := range as {
		for _, i := range h.bare[a.fold] {
			if !slices.Contains(out, i) {
				out = append(out, i)
			}
		}
	}
	return out
}

// Rank matches a header against every object, the best first: those that fit,
// by score, then by how much of the file they explain, then by name. Objects
// that nothing of the file belongs to are left out.
func Rank(vendors []*Vendor, h *Header) []Match {
	var out []Match
	for _, v := range vendors {
		for i := range v.Objects {
			if m := v.Objects[i].match(h); m.Found > 0 {
				out = append(out, m)
			}
		}
	}
	sort.SliceStable(out, func(i, j int) bool {
		a, b := &out[i], &out[j]
		switch {
		case a.Fits != b.Fits:
			return a.Fits
		case a.Score != b.Score:
			return a.Score > b.Score
		case a.Found != b.Found:
			return a.Found > b.Found
		}
		return a.Object.ID() < b.Object.ID()
	})
	return out
}

// want is one column that an object looks for, with what finding it weighs.
type want struct {
	weight  int
	aliases []alias
	must    string // as stated, where the object must have it
}

// alias is a spelling of a header, folded once.
type alias struct{ text, fold string }

func aliases(texts []string) []alias {
	out := make([]alias, len(texts))
	for i, t := range texts {
		t = strings.TrimSpace(t)
		out[i] = alias{t, Fold(t)}
	}
	return out
}

// prepare collects what an object looks for: matching asks every object about
// every file.
func (o *Object) prepare() {
	o.wants = nil
	seen := map[string]bool{}
	for i := range o.Tables {
		f := &o.Tables[i]
		spec, _ := Table(f.Table)
		for _, field := range keys(f.Columns) {
			key := f.Table + strings.Join(f.Columns[field], "|")
			if seen[key] {
				continue // two fields from one column weigh once
			}
			seen[key] = true
			weight := weightOptional
			if slices.Contains(spec.Required, field) {
				weight = weightRequired
			}
			o.wants = append(o.wants, want{weight: weight, aliases: aliases(f.Columns[field])})
		}
	}
	for _, m := range o.Marks {
		o.wants = append(o.wants, want{weight: weightMark, aliases: aliases(strings.Split(m, "|"))})
	}
	for _, m := range o.Must {
		o.wants = append(o.wants, want{weight: weightRequired, aliases: aliases(strings.Split(m, "|")), must: m})
	}
	o.not = aliases(o.Not)
}

// match scores one object.
func (o *Object) match(h *Header) Match {
	m := Match{Object: o}
	found := map[int]bool{}
	got, all := 0, 0
	for _, w := range o.wants {
		all += w.weight
		if at := h.find(w.aliases); len(at) > 0 {
			got += w.weight
			found[at[0]] = true
		} else if w.must != "" {
			m.Lacking = append(m.Lacking, w.must)
		}
	}
	for _, n := range o.not {
		if len(h.find([]alias{n})) > 0 {
			m.Against = append(m.Against, n.text)
		}
	}
	m.Found = len(found)
	m.Fits = len(m.Lacking) == 0 && len(m.Against) == 0
	if all > 0 {
		m.Score = (100*got + all/2) / all
	}
	if o.Own() {
		// Our headings are plain words that others use too (customer_id, amount):
		// the file is ours where most of it is.
		explained := 100 * m.Found / max(1, len(h.Names))
		m.Score = max(m.Score, explained)
		m.Fits = m.Fits && explained >= ownShare
	}
	return m
}

// Headers lists every spelling that some preset knows: what tells a header row
// from the title lines above it.
func Headers(vendors []*Vendor) []string {
	var out []string
	for _, v := range vendors {
		for i := range v.Objects {
			for _, w := range v.Objects[i].wants {
				for _, a := range w.aliases {
					out = append(out, a.text)
				}
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
