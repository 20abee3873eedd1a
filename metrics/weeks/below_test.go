package weeks

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
)

// tree is a document of a company with a region, an area, two teams and a rep,
// whose signings are the last argument of each.
func tree() *snapshot.Document {
	d := doc("2025-W10", "2025-03-09", "2025-W09", 9, 8, true)
	d.Scopes = []snapshot.Scope{{ID: "company", Level: "company"}, {ID: "N", Level: "region", Name: "North", Parent: "company"}, {ID: "N/a", Level: "area", Name: "a", Parent: "N"},
		{ID: "N/a/t", Level: "team", Name: "t", Parent: "N/a"}, {ID: "N/a/u", Level: "team", Name: "u", Parent: "N/a"}, {ID: "R1", Level: "rep", Parent: "N/a/t"}}
	v := func(metric, scope, period, key string, num, den int64, final bool) snapshot.Value {
		return snapshot.Value{Metric: metric, Scope: scope, Period: period, Key: key, Num: num, Den: den, V: float64(num) / float64(max(den, 1)), OK: den != 0, Final: final}
	}
	const week, signings, share = "2025-W10", "conversion.signings", "receivables.overdue_share"
	d.Periods = append(d.Periods, snapshot.Period{Name: "2025-03", Kind: "month", Role: snapshot.RoleCurrent, Running: true})
	d.Values = snapshot.ValuesOf([]snapshot.Value{
		v(signings, "company", week, "", 9, 1, true), v(signings, "N", week, "", 8, 1, true), v(signings, "N/a", week, "", 7, 1, true), v(signings, "N/a/t", week, "", 4, 1, true),
		v(signings, "N/a/u", week, "", 3, 1, false), v(signings, "R1", week, "", 2, 1, true),
		v(share, "N/a", week, "", 92, 137, false), v(share, "N/a/t", week, "", 5, 0, true), v("receivables.overdue", "N/a/u", week, "", -12345, 1, true),
		v(signings, "N/a/t", "2025-03", "", 6, 1, false), v(signings, "N/a/t", "2025-W09", "", 5, 1, true), v(signings, "N/a/t", week, "type=new", 1, 1, true), v("a.signings", "N/a/t", week, "", 1, 1, true)})
	return d
}

var shown = func() map[string]bool {
	out := map[string]bool{"a.signings": true}
	for _, m := range Shown {
		out[m] = true
	}
	return out
}()

// Areas and teams have what a list of weeks shows, of the week itself; reps have
// nothing, and what has no data is not there.
func TestBelow(t *testing.T) {
	r := Of(tree(), "2025-W10.r1", shown)
	n := func(num, den int64, final bool) Number { return Number{num, den, 0, true, final} }
	want := []Unit{
		{Scope{"N/a", "area", "a"}, []Value{{Place{"conversion.signings", "N/a", "2025-W10"}, n(7, 1, true)}, {Place{"receivables.overdue_share", "N/a", "2025-W10"}, n(92, 137, false)}}},
		{Scope{"N/a/t", "team", "t"}, []Value{{Place{"conversion.signings", "N/a/t", "2025-W10"}, n(4, 1, true)}}},
		{Scope{"N/a/u", "team", "u"}, []Value{{Place{"conversion.signings", "N/a/u", "2025-W10"}, n(3, 1, false)}, {Place{"receivables.overdue", "N/a/u", "2025-W10"}, n(-12345, 1, true)}}}}
	if !reflect.DeepEqual(r.Below, want) {
		t.Errorf("below %+v", r.Below)
	}
	if len(r.Scopes) != 2 || len(r.Values) != 2 { // the company's and the region's
		t.Errorf("above %v %v", r.Scopes, r.Values)
	}
	if x, ok := r.Find(Place{"conversion.signings", "N/a/u", "2025-W10"}); !ok || x != n(3, 1, false) {
		t.Errorf("found %v %v", x, ok)
	}
	var b bytes.Buffer
	if err := r.Encode(&b); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	for _, want := range []string{`{"id":"N/a","level":"area","name":"a","values":"7 - 92/137~"}`, `{"id":"N/a/u","level":"team","name":"u","values":"3~ -12345 -"}`} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	if back, err := Decode(&b); err != nil || !reflect.DeepEqual(back, r) {
		t.Errorf("%v\nread %+v\nwant %+v", err, back, r)
	}
	for name, bad := range map[string]string{"a value less": strings.Replace(text, "7 - 92", "7 92", 1), "no number": strings.Replace(text, `"4 - -"`, `"x - -"`, 1)} {
		if _, err := Decode(strings.NewReader(bad)); bad == text || err == nil {
			t.Errorf("%s is read", name)
		}
	}
}

// A file of before has no areas and teams, and is read.
func TestWithoutBelow(t *testing.T) {
	const old = `{"schema":"crmreport.history/1.0","week":"2025-W10","as_of":"2025-03-09","run":"2025-W10.r1","reconstructed":false,"tool":"","timezone":"","currency":"CNY","config_sha256":"",
"inputs":[],"scopes":[{"id":"company","level":"company","name":""}],"periods":[{"name":"2025-W10","kind":"week","running":false}],
"values":[{"metric":"conversion.signings","scope":"company","periods":{"2025-W10":"41"}}],"before":[],"revisions":[]}`
	r, err := Decode(strings.NewReader(old))
	if err != nil || len(r.Below) != 0 || len(r.Values) != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	now := Of(tree(), "2025-W10.r2", shown).After(r)
	if len(now.Below) != 3 || len(now.Revisions) != 1 || slices.ContainsFunc(now.Revisions[0].Changed, func(v Value) bool { return v.Scope != "company" }) {
		t.Errorf("after it: %+v", now)
	}
}

// A list of an area has its numbers week by week, in every form.
func TestListingBelow(t *testing.T) {
	l := Listing{Records: []Record{Of(tree(), "2025-W10.r1", shown)}, Metrics: []string{"conversion.signings"}, Scopes: []string{"N/a/u"},
		Kinds: map[string]measure.Kind{"conversion.signings": measure.Count}}
	var text, table, doc bytes.Buffer
	for write, want := range map[*bytes.Buffer][]string{&text: {"N/a/u\n", "3~", "areas and teams"}, &table: {"2025-W10.r1,false,false,conversion.signings,N/a/u,2025-W10,3,1,3,,false,,,,\n"},
		&doc: {`"scope": "N/a/u"`, `"2025-W10": "3 open"`}} {
		err := map[*bytes.Buffer]func() error{&text: func() error { return l.Text(&text) }, &table: func() error { return l.CSV(&table) }, &doc: func() error { return l.JSON(&doc) }}[write]()
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if !strings.Contains(write.String(), w) {
				t.Errorf("no %q in\n%s", w, write)
			}
		}
	}
	if !json.Valid(doc.Bytes()) || strings.Count(table.String(), "\n") != 2 { // the header and the one number
		t.Errorf("%s%s", &doc, &table)
	}
}
