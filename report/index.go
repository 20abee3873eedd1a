package report

import (
	"regexp"
	"slices"
	"sort"
	"strings"

	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
	"crmreport/report/lang"
)

// levels of the organisation, as Scope.Level names them.
const (
	levelCompany = "company"
	levelRep     = "rep"
)

// kinds lists the kinds of period in the order of the switch.
func kinds() []string { return []string{"week", "month", "quarter", "year"} }

// index finds everything of a document without searching.
type index struct {
	d        *snapshot.Document
	keys     map[string][]string // metric → its keys, in the order of the vocabulary
	defs     map[string]*measure.Definition
	words    map[string]lang.Text
	scopes   map[string]*snapshot.Scope
	children map[string][]*snapshot.Scope
	anchors  map[string]string
	links    map[string]bool // scopes that have a page
	busy     map[string]bool // scopes with any number but 0 now
	current  map[string]snapshot.Period
	compare  map[string]snapshot.Period
	before   map[string][]snapshot.Period // by kind, oldest first
	families map[string]bool              // that have any value
	rows     map[string]map[string][]int  // list → scope → its rows
	reps     int
	lean     bool // many units: only the company's page has everything
}

func newIndex(d *snapshot.Document) *index {
	x := bareIndex(d)
	x.addValues()
	x.addLinks()
	return x
}

// bareIndex has nothing of what the values are of: neither keys nor links.
func bareIndex(d *snapshot.Document) *index {
	x := &index{d: d, keys: map[string][]string{},
		defs: map[string]*measure.Definition{}, words: map[string]lang.Text{}, scopes: map[string]*snapshot.Scope{},
		children: map[string][]*snapshot.Scope{}, anchors: map[string]string{}, links: map[string]bool{},
		current: map[string]snapshot.Period{}, compare: map[string]snapshot.Period{}, before: map[string][]snapshot.Period{},
		families: map[string]bool{}}
	for i := range d.Definitions {
		x.defs[d.Definitions[i].ID] = &d.Definitions[i]
	}
	for _, w := range d.Words {
		if _, have := x.words[w.ID]; !have {
			x.words[w.ID] = w.Text
		}
	}
	x.addScopes()
	x.addPeriods()
	x.addRows()
	return x
}

func (x *index) addScopes() {
	taken := map[string]bool{"overview": true, "quality": true, "definitions": true}
	for i := range x.d.Scopes {
		s := &x.d.Scopes[i]
		if _, twice := x.scopes[s.ID]; twice {
			continue
		}
		x.scopes[s.ID] = s
		if s.Level == levelRep {
			x.reps++
		}
		if len(x.scopes) == 1 {
			x.anchors[s.ID] = "overview"
			continue
		}
		x.anchors[s.ID] = anchor(s, taken)
		x.children[s.Parent] = append(x.children[s.Parent], s)
	}
}

// addLinks gives a page to every unit, and to reps with any number that is not
// 0 in a current period: a manager who does not sell has none. The first scope
// always has one.
func (x *index) addLinks() {
	now := map[string]bool{}
	for _, p := range x.current {
		now[p.Name] = true
	}
	x.busy = x.d.Values.Busy(now)
	for id, s := range x.scopes {
		x.links[id] = s.Level != levelRep || s == &x.d.Scopes[0] || x.busy[id]
	}
}

// anchor is the page's name in links: it depends on the scope's id alone, so
// that a link still works in next week's file.
func anchor(s *snapshot.Scope, taken map[string]bool) string {
	if a := prefix(s) + s.ID; slug(s.ID) && !taken[a] {
		taken[a] = true
		return a
	}
	full := hashed(s)
	for n := 8; ; n++ {
		if a := prefix(s) + full[:n]; !taken[a] {
			taken[a] = true
			return a
		}
	}
}

// prefix begins the anchors of a level.
func prefix(s *snapshot.Scope) string { return s.Level[:min(1, len(s.Level))] + "-" }

// slug reports whether an id can stand in a link as it is. One with - could
// meet the name of a section.
func slug(id string) bool {
	for _, c := range id {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_') {
			return false
		}
	}
	return id != "" && len(id) <= 40
}

func (x *index) addPeriods() {
	for _, p := range x.d.Periods {
		switch p.Role {
		case snapshot.RoleCurrent:
			x.current[p.Kind] = p
		case snapshot.RoleComparable:
			x.compare[p.Kind] = p
		case snapshot.RoleBefore:
			x.before[p.Kind] = append(x.before[p.Kind], p)
		}
	}
	for _, ps := range x.before {
		sort.Slice(ps, func(i, j int) bool { return ps[i].Start < ps[j].Start })
	}
}

func (x *index) addValues() {
	rank := map[string]int{}
	for i, w := range x.d.Words {
		if _, have := rank[w.ID]; !have {
			rank[w.ID] = i
		}
	}
	for metric, keys := range x.d.Values.Keys() {
		x.families[family(metric)] = true
		if keys = slices.DeleteFunc(keys, func(k string) bool { return k == "" }); len(keys) > 0 {
			x.keys[metric] = keys
		}
	}
	place := func(key string) int {
		if r, ok := rank[word(key)]; ok {
			return r
		}
		return len(rank)
	}
	for _, ks := range x.keys {
		sort.Slice(ks, func(i, j int) bool {
			if a, b := place(ks[i]), place(ks[j]); a != b {
				return a < b
			}
			if a, b := leading(ks[i]), leading(ks[j]); a != b {
				return a < b
			}
			return ks[i] < ks[j]
		})
	}
}

// leading is the first number in a key, so that bucket=31-60 comes before
// bucket=181+; a key without one comes first, "not due".
func leading(key string) int {
	n, in := -1, false
	for _, c := range word(key) {
		if c < '0' || c > '9' {
			if in {
				break
			}
			if c == '>' || c == '+' {
				n = 0
			}
			continue
		}
		if !in {
			n, in = 0, true
		}
		if n = n*10 + int(c-'0'); n > 1e6 {
			break
		}
	}
	return n
}

// family is the part of an id before its dot.
func family(id string) string {
	f, _, _ := strings.Cut(id, ".")
	return f
}

// word is the part of a key after its first =.
func word(key string) string {
	if _, w, ok := strings.Cut(key, "="); ok {
		return w
	}
	return key
}

// get finds a value of a scope and period; nil when there is none.
func (x *index) get(metric, scope, period, key string) *snapshot.Value {
	if v, ok := x.d.Values.Find(metric, scope, period, key); ok {
		return &v
	}
	return nil
}

// wordText names the word of a key in both languages.
func (x *index) wordText(w string) lang.Text {
	if t, ok := x.words[w]; ok && (t.ZH != "" || t.EN != "") {
		return t
	}
	if w == "" {
		return lang.T("（未填）", "(blank)")
	}
	return x.title(w) // of a metric, else the word itself
}

// keyText names a key in both languages, without its dimension.
func (x *index) keyText(key string) lang.Text {
	if !strings.Contains(key, ",") {
		return x.wordText(word(key))
	}
	var out lang.Text
	for i, w := range wordsOf(key) {
		if i > 0 {
			out = lang.Join(out, lang.Same(" · "))
		}
		out = lang.Join(out, x.wordText(w))
	}
	return out
}

// dimension is where a further dimension of a key begins: a comma in a word is
// none.
var dimension = regexp.MustCompile(`,[a-z_]+=`)

// wordsOf are the words of a key such as group=coached,window=after.
func wordsOf(key string) []string {
	var out []string
	for {
		at := dimension.FindStringIndex(key)
		if at == nil {
			return append(out, word(key))
		}
		out, key = append(out, word(key[:at[0]])), key[at[0]+1:]
	}
}

// title names a metric.
func (x *index) title(metric string) lang.Text {
	if d := x.defs[metric]; d != nil && d.Title.ZH != "" {
		return d.Title
	}
	return lang.Same(metric)
}

// name is what people call a scope; an unnamed one goes by its id.
func (x *index) name(s *snapshot.Scope) lang.Text {
	switch {
	case s.ID == "(unassigned)" || s.Name == "(unassigned)":
		return lang.T("（未分配）", "(unassigned)")
	case s.ID == "(left)" || s.Name == "(left)":
		return lang.T("（已离职）", "(left)")
	case s.Level == levelCompany && (s.Name == "" || s.Name == levelCompany):
		return lang.T("全公司", "Company")
	case strings.TrimSpace(s.Name) != "":
		return lang.Same(s.Name)
	case strings.TrimSpace(s.ID) != "":
		return lang.Same(s.ID)
	}
	return lang.T("（无名称）", "(no name)")
}

// path is the scope and those above it, the company first.
func (x *index) path(s *snapshot.Scope) []*snapshot.Scope {
	var up []*snapshot.Scope
	for n := 0; s != nil && n <= len(x.scopes); n++ {
		up = append([]*snapshot.Scope{s}, up...)
		if x.anchors[s.ID] == "overview" {
			break
		}
		s = x.scopes[s.Parent]
	}
	return up
}

// placed is the name of a scope outside its own place: many areas have a first
// team, so a team goes by its area's name too.
func (x *index) placed(s *snapshot.Scope) lang.Text {
	if p := x.scopes[s.Parent]; s.Level == "team" && p != nil && p.Level != levelCompany {
		return lang.Join(x.name(p), lang.Same(" / "), x.name(s))
	}
	return x.name(s)
}
