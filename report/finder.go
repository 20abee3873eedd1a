package report

import (
	"encoding/json"
	"strings"

	"crmreport/metrics/snapshot"
	"crmreport/report/lang"
	"crmreport/report/pack"
)

// finder is what the search box looks through: every unit, rep and metric by
// name and id, with the link to its page or definition.
type finder struct {
	Kinds [][2]string `json:"kinds"` // what a row can be
	Rows  []found     `json:"rows"`
}

// found is a row of the finder: name in Chinese and English (empty where it
// reads alike), id, kind, link, and where it belongs.
type found struct {
	zh, en, id string
	kind       int
	link       string
	within     string
}

func (f found) MarshalJSON() ([]byte, error) {
	return json.Marshal([]any{f.zh, f.en, f.id, f.kind, f.link, f.within})
}

// finder lists the scopes in the document's order, then the metrics.
func (x *index) finder() finder {
	var f finder
	kinds := map[string]int{}
	kind := func(id string, t lang.Text) int {
		if _, ok := kinds[id]; !ok {
			kinds[id] = len(f.Kinds)
			f.Kinds = append(f.Kinds, [2]string{t.ZH, t.EN})
		}
		return kinds[id]
	}
	add := func(t lang.Text, r found) {
		if r.zh = t.ZH; t.EN != t.ZH {
			r.en = t.EN
		}
		f.Rows = append(f.Rows, r)
	}
	done := map[string]bool{}
	for i := range x.d.Scopes {
		s := &x.d.Scopes[i]
		if link := x.nearest(s); !done[s.ID] && link != "" {
			done[s.ID] = true
			add(x.name(s), found{id: s.ID, kind: kind(s.Level, levelText(s.Level)), link: link, within: x.unitsAbove(s)})
		}
	}
	for _, d := range x.d.Definitions {
		add(d.Title, found{id: d.ID, kind: kind("metric", lang.T("指标", "Metric")), link: "d-" + d.ID})
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
