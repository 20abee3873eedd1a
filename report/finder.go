package report

import (
	"encoding/json"
	"strings"

	"crmreport/metrics/snapshot"
	"crmreport/report/lang"
	"crmreport/report/pack"
)

// finder is what the search box looks through: every unit, rep and metric by
// name and id, with the link to its page or definition. It is written by columns,
// for that packs better: a row's names in Chinese and English (empty where it
// reads alike), its id, kind and link (empty where it is the kind's prefix and the
// id), and the place in Units of where it belongs.
type finder struct {
	Kinds  [][3]string `json:"kinds"` // what a row can be, in both languages; the prefix of its link
	Units  []string    `json:"units"`
	ZH     []string    `json:"zh"`
	EN     []string    `json:"en"`
	ID     []string    `json:"id"`
	Kind   []int       `json:"kind"`
	Link   []string    `json:"link"`
	Within []int       `json:"within"`
}

// add adds a row of a kind, which belongs to unit; at knows the kinds and units
// there are.
func (f *finder) add(at map[string]int, name lang.Text, id string, kind [3]string, link, unit string) {
	if _, ok := at["k"+kind[1]]; !ok {
		at["k"+kind[1]] = len(f.Kinds)
		f.Kinds = append(f.Kinds, kind)
	}
	if _, ok := at["u"+unit]; !ok {
		at["u"+unit] = len(f.Units)
		f.Units = append(f.Units, unit)
	}
	en := name.EN
	if en == name.ZH {
		en = ""
	}
	if link == kind[2]+id {
		link = ""
	}
	f.ZH, f.EN, f.ID = append(f.ZH, name.ZH), append(f.EN, en), append(f.ID, id)
	f.Kind, f.Link, f.Within = append(f.Kind, at["k"+kind[1]]), append(f.Link, link), append(f.Within, at["u"+unit])
}

// finder lists the scopes in the document's order, then the metrics.
func (x *index) finder() finder {
	var f finder
	at, done := map[string]int{}, map[string]bool{}
	for i := range x.d.Scopes {
		s := &x.d.Scopes[i]
		if link := x.nearest(s); !done[s.ID] && link != "" {
			done[s.ID] = true
			t := levelText(s.Level)
			f.add(at, x.name(s), s.ID, [3]string{t.ZH, t.EN, prefix(s)}, link, x.unitsAbove(s))
		}
	}
	for _, d := range x.d.Definitions {
		f.add(at, d.Title, d.ID, [3]string{"指标", "Metric", "d-"}, "d-"+d.ID, "")
	}
	return f
}

// nearest is the page of a scope, or of the first above it that has one.
func (x *index) nearest(s *snapshot.Scope) string {
	path := x.path(s)
	for i := len(path) - 1; i >= 0; i-- {
		if x.links[path[i].ID] {
			return x.anchors[path[i].ID]
		}
	}
	return ""
}

// unitsAbove names the units above a scope, for names are shared: the company,
// which all belong to, is left out.
func (x *index) unitsAbove(s *snapshot.Scope) string {
	var names []string
	for _, up := range x.path(s) {
		if up != s && x.anchors[up.ID] != "overview" {
			names = append(names, x.name(up).ZH)
		}
	}
	return strings.Join(names, " › ")
}

func (x *index) addFinder(f *file) error {
	b, err := json.Marshal(x.finder())
	if err != nil {
		return err
	}
	text, err := pack.Deflate(b)
	f.add("finder", text)
	return err
}
