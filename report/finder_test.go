package report

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"crmreport/metrics/snapshot"
	"crmreport/report/lang"
	"crmreport/report/pack"
)

// The search box knows every unit, rep and metric by name and id, and each row
// leads to a place that is there.
func TestFinder(t *testing.T) {
	d := sample()
	page := file0(t, d, Options{})
	m := regexp.MustCompile(`<script type="text/plain" id="finder">([^<]*)</script>`).FindStringSubmatch(page)
	if m == nil {
		t.Fatal("no finder")
	}
	b, err := pack.Inflate(m[1])
	if err != nil {
		t.Fatal(err)
	}
	var f finder
	if err := json.Unmarshal(b, &f); err != nil {
		t.Fatal(err)
	}
	if len(f.ID) != len(d.Scopes)+len(d.Definitions) {
		t.Errorf("%d rows for %d scopes and %d metrics", len(f.ID), len(d.Scopes), len(d.Definitions))
	}
	whole, found := opened(t, page), map[string]string{}
	for i, id := range f.ID {
		if link := f.leads(i); !strings.Contains(whole, ` id="`+link+`"`) {
			t.Errorf("%s leads to #%s, which is not there", id, link)
		}
		found[id] = f.ZH[i] + "|" + f.EN[i] + "|" + f.Kinds[f.Kind[i]][1] + "|" + f.Units[f.Within[i]]
	}
	for id, want := range map[string]string{
		"r1": "赵磊||Rep|华东 › 一组", "华东/二组": "二组||Team|华东", "company": "北方设备||Company|", "renewal.due": "到期|Due|Metric|",
	} {
		if found[id] != want {
			t.Errorf("%s: %q, want %q", id, found[id], want)
		}
	}
}

// A rep with nothing to show has no page: its row leads to the team's.
func TestFinderOfAQuietRep(t *testing.T) {
	d := small()
	d.Scopes = append(d.Scopes, snapshot.Scope{ID: "quiet", Level: "rep", Name: "n", Parent: "华东/一组"})
	x := newIndex(d)
	f := x.finder()
	at := slices.Index(f.ID, "quiet")
	if at < 0 || f.leads(at) != x.anchors["华东/一组"] {
		t.Errorf("a rep without a page is row %d of %v", at, f.Link)
	}
}

// leads is where a row's link goes, as the script reads it.
func (f finder) leads(i int) string {
	if f.Link[i] != "" {
		return f.Link[i]
	}
	return f.Kinds[f.Kind[i]][2] + f.ID[i]
}

// Cells whose text is rounded or in words have the number beside it.
func TestDatum(t *testing.T) {
	x := newIndex(sample())
	for _, c := range []struct {
		v    snapshot.Value
		want string
	}{
		{snapshot.Value{Metric: "forecast.actual", Num: 8369712350, Den: 1, V: 8369712350, OK: true, Currency: "CNY"}, "83697124"},
		{snapshot.Value{Metric: "forecast.actual", Num: -50, Den: 1, V: -50, OK: true, Currency: "CNY"}, "-1"},
		{snapshot.Value{Metric: "forecast.attainment", V: 0.90512345, OK: true}, "0.9051"},
		{snapshot.Value{Metric: "conversion.valid_per_signing", V: 10.576, OK: true}, "10.58"},
		{snapshot.Value{Metric: "conversion.signings", V: 7, OK: true}, ""},
		{snapshot.Value{Metric: "forecast.attainment"}, ""},
	} {
		if got := x.datum(&c.v); got != c.want {
			t.Errorf("%+v: %q, want %q", c.v, got, c.want)
		}
	}
}

// What a mark of a drawing says is an attribute, whatever the name holds.
func TestTipped(t *testing.T) {
	for _, c := range []struct {
		t    lang.Text
		want string
	}{
		{lang.T("周", `"><script>`), `<rect data-t="周" data-e="&#34;&gt;&lt;script&gt;" x="1"/>`},
		{lang.Same("7"), `<rect data-t="7" x="1"/>`},
		{lang.Text{}, `<rect x="1"/>`},
	} {
		if got := tipped(`<rect x="1"/>`, c.t); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
	if got := ranged(point{8.16, true}, point{7.66, true}, point{}); got.ZH != "8.16 (7.66–∞)" {
		t.Error(got)
	}
}
