package weeks

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"

	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
)

// doc is a document of one week with signings, valid visits per signing and an
// amount of the company, and the same of the week before.
func doc(week, asOf, before string, signings, earlier int64, final bool) *snapshot.Document {
	v := func(metric, scope, period string, num, den int64) snapshot.Value {
		return snapshot.Value{Metric: metric, Scope: scope, Period: period, Num: num, Den: den, V: float64(num) / float64(max(den, 1)), OK: den != 0, Final: final}
	}
	return &snapshot.Document{Tool: "crmreport 1", AsOf: asOf, Timezone: "Asia/Shanghai", Currency: "CNY",
		Definitions: []measure.Definition{{ID: "a.signings", Kind: measure.Count, Headline: true}, {ID: "b.other", Kind: measure.Count}},
		Inputs:      []snapshot.Input{{Table: "visits", File: "visits.csv", SHA256: "00", Read: 7}},
		Scopes:      []snapshot.Scope{{ID: "company", Level: "company"}, {ID: "N", Level: "region", Name: "North", Parent: "company"}, {ID: "N/t", Level: "team", Parent: "N"}},
		Periods: []snapshot.Period{{Name: week, Kind: "week", Role: snapshot.RoleCurrent}, {Name: "2025", Kind: "year", Role: snapshot.RoleCurrent, Running: true},
			{Name: before, Kind: "week", Role: snapshot.RoleBefore}, {Name: "2024-12", Kind: "month", Role: snapshot.RoleBefore}},
		Values: snapshot.ValuesOf([]snapshot.Value{
			v("a.signings", "company", week, signings, 1), v("a.signings", "company", before, earlier, 1), v("a.signings", "N", week, signings, 1),
			v("a.signings", "N", before, earlier, 1), v("a.signings", "N/t", week, signings, 1), v("a.signings", "company", "2024-12", 9, 1), v("a.signings", "company", "2025", 9, 1),
			v("b.other", "company", week, 1, 1)})}
}

var heads = map[string]bool{"a.signings": true}

func TestOf(t *testing.T) {
	r := Of(doc("2025-W10", "2025-03-09", "2025-W09", 41, 30, true), "2025-W10.r1", heads)
	// Of eight values: those of the company and its region in the week, and the
	// company's of the week before. No team, no year, no month before, no other metric.
	want := []Value{{Place{"a.signings", "N", "2025-W10"}, Number{41, 1, 0, true, true}}, {Place{"a.signings", "company", "2025-W10"}, Number{41, 1, 0, true, true}}}
	if !reflect.DeepEqual(r.Values, want) {
		t.Errorf("values %v", r.Values)
	}
	if !reflect.DeepEqual(r.Before, []Value{{Place{"a.signings", "company", "2025-W09"}, Number{30, 1, 0, true, true}}}) {
		t.Errorf("before %v", r.Before)
	}
	if r.Week != "2025-W10" || r.Reconstructed || r.First().ID != "company" || len(r.Scopes) != 2 || r.Period("week") != "2025-W10" || r.Period("year") != "" {
		t.Errorf("record %+v", r)
	}
	d := doc("2025-W10", "2025-03-09", "2025-W09", 41, 30, true)
	d.Warnings = []snapshot.Warning{{Code: ReconstructedCode}}
	if !Of(d, "x", heads).Reconstructed {
		t.Error("the warning does not mark the record")
	}
}

// What is written is read again, and the same record has the same bytes.
func TestEncode(t *testing.T) {
	r := Of(doc("2025-W10", "2025-03-09", "2025-W09", 41, 30, false), "2025-W10.r1", heads)
	r.Values = append(r.Values, Value{Place{"z.effect", "company", "2025-W10"}, Number{Real: -0.125, OK: true, Final: true}},
		Value{Place{"z.none", "company", "2025-W10"}, Number{Num: 3, Final: true}},
		Value{Place{"z.ratio", "company", "2025-W10"}, Number{Num: 92, Den: 137, OK: true, Final: true}})
	now := Of(doc("2025-W10", "2025-03-09", "2025-W09", 43, 30, true), "2025-W10.r2", heads)
	now.Tool = "crmreport 2"
	r = now.After(r)
	var a, b bytes.Buffer
	if err := r.Encode(&a); err != nil {
		t.Fatal(err)
	}
	text := a.String()
	got, err := Decode(&a)
	if err != nil || !reflect.DeepEqual(got, r) {
		t.Errorf("%v\nread %+v\nwant %+v", err, got, r)
	}
	if err := got.Encode(&b); err != nil || b.String() != text {
		t.Errorf("%v: other bytes:\n%s\n%s", err, b.String(), text)
	}
	for _, want := range []string{`{"metric":"a.signings","scope":"company","periods":{"2025-W10":"43"}}`, `"41 open"`, `"=-0.125"`, `"3/0"`, `"92/137"`} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	for name, bad := range map[string]string{"another major": strings.Replace(text, "history/1.", "history/2.", 1), "no number": strings.Replace(text, `"43"`, `"4x3"`, 1),
		"no denominator": strings.Replace(text, `"43"`, `"43/"`, 1), "half": text[:len(text)/2], "nothing": ""} {
		if _, err := Decode(strings.NewReader(bad)); err == nil {
			t.Errorf("%s is read", name)
		}
	}
	if _, err := Decode(strings.NewReader(strings.Replace(text, "history/1.0", "history/1.7", 1))); err != nil {
		t.Errorf("a later minor version is refused: %v", err)
	}
}

// What is no number in a report is none when the record is read again, also
// where it has a denominator: 22 signings of a week before the first visit.
func TestNoNumberStaysNone(t *testing.T) {
	d := doc("2025-W10", "2025-03-09", "2025-W09", 41, 30, true)
	d.Values = snapshot.ValuesOf([]snapshot.Value{{Metric: "a.signings", Scope: "company", Period: "2025-W10", Num: 0, Den: 22, Final: true}})
	r := Of(d, "2025-W10.r1", heads)
	var b bytes.Buffer
	if err := r.Encode(&b); err != nil {
		t.Fatal(err)
	}
	got, err := Decode(&b)
	if err != nil || !reflect.DeepEqual(got, r) || len(got.Values) != 1 || got.Values[0].OK {
		t.Errorf("%v: read %+v, want %+v", err, got.Values, r.Values)
	}
}

// A week that is built again remembers what it said otherwise, and why.
func TestAfter(t *testing.T) {
	first := Of(doc("2025-W10", "2025-03-09", "2025-W09", 41, 30, true), "2025-W10.r1", heads)
	second := Of(doc("2025-W10", "2025-03-09", "2025-W09", 43, 30, true), "2025-W10.r2", heads)
	second.Inputs[0].SHA256 = "11"
	second.Tool = "crmreport 2"
	r := second.After(first)
	if len(r.Revisions) != 1 || r.Revisions[0].Run != "2025-W10.r1" || !slices.Equal(r.Revisions[0].Because, []string{"inputs", "tool"}) || len(r.Revisions[0].Changed) != 2 || r.Revisions[0].Changed[1].Num != 41 {
		t.Errorf("revisions %+v", r.Revisions)
	}
	third := Of(doc("2025-W10", "2025-03-09", "2025-W09", 43, 31, true), "2025-W10.r3", heads)
	if r = third.After(r); len(r.Revisions) != 2 || len(r.Revisions[1].Changed) != 0 {
		t.Errorf("nothing of the week changed: %+v", r.Revisions)
	}
}

func TestRestated(t *testing.T) {
	of := func(week, asOf, before string, n, earlier int64, final bool, run string) Record {
		return Of(doc(week, asOf, before, n, earlier, final), run, heads)
	}
	w10 := of("2025-W10", "2025-03-09", "2025-W09", 41, 30, true, "2025-W10.r1")
	w11 := of("2025-W11", "2025-03-16", "2025-W10", 50, 43, true, "2025-W11.r1")
	open := of("2025-W10", "2025-03-09", "2025-W09", 41, 30, false, "2025-W10.r1")
	again := of("2025-W10", "2025-03-09", "2025-W09", 42, 30, true, "2025-W10.r2").After(w10)
	early := of("2025-W10", "2025-03-05", "2025-W09", 20, 30, true, "2025-W10.r1")
	whole := of("2025-W10", "2025-03-09", "2025-W09", 41, 30, true, "2025-W10.r2").After(early)
	dollars := w11
	dollars.Currency = "USD"
	for name, c := range map[string]struct {
		records []Record
		want    string // scope period was → now since times
	}{
		"one week":                             {[]Record{w10}, ""},
		"a later week says otherwise":          {[]Record{w10, w11}, "company 2025-W10 41→43 2025-W11.r1 1"},
		"the order of files is nothing":        {[]Record{w11, w10}, "company 2025-W10 41→43 2025-W11.r1 1"},
		"it was not final":                     {[]Record{open, w11}, ""},
		"another revision, of the region too":  {[]Record{again}, "N 2025-W10 41→42 2025-W10.r2 1; company 2025-W10 41→42 2025-W10.r2 1"},
		"a revision, then a later week":        {[]Record{again, w11}, "N 2025-W10 41→42 2025-W10.r2 1; company 2025-W10 41→43 2025-W11.r1 2"},
		"another as-of day looks at less":      {[]Record{whole}, ""},
		"another currency is not compared":     {[]Record{w10, dollars}, ""},
		"a week is not compared with no other": {[]Record{w11}, ""},
	} {
		var got []string
		for _, x := range SaidBy(c.records).Restated() {
			got = append(got, x.Scope+" "+x.Period+" "+x.Was.text()+"→"+x.Now.text()+" "+x.Since+" "+string(rune('0'+x.Times)))
		}
		if s := strings.Join(got, "; "); s != c.want {
			t.Errorf("%s: %q, want %q", name, s, c.want)
		}
	}
}

// A trend tells the last that was said, marks what was restated, and leaves a
// gap where there is none.
func TestTrend(t *testing.T) {
	w10 := Of(doc("2025-W10", "2025-03-09", "2025-W09", 41, 30, true), "2025-W10.r1", heads)
	w12 := Of(doc("2025-W12", "2025-03-23", "2025-W10", 50, 43, true), "2025-W12.r1", heads)
	var got []string
	for _, p := range SaidBy([]Record{w10, w12}).Trend("a.signings", "company", Between("2025-W08", "2025-W12")) {
		s := p.Week + " "
		if p.OK {
			s += p.text()
		}
		if p.Restated {
			s += "!"
		}
		got = append(got, s)
	}
	if want := []string{"2025-W08 ", "2025-W09 30", "2025-W10 43!", "2025-W11 ", "2025-W12 50"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestBetween(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"2025-W10", "2025-W10", "2025-W10"},
		{"2025-W11", "2025-W10", ""},
		{"2020-W52", "2021-W01", "2020-W52 2020-W53 2021-W01"}, // 2020 began on a Wednesday and was a leap year
		{"2024-W52", "2025-W02", "2024-W52 2025-W01 2025-W02"}, // 30 December 2024 was a Monday
		{"2026-W52", "2027-W01", "2026-W52 2026-W53 2027-W01"}, // 2026 begins on a Thursday
		{"2025-W53", "2026-W01", ""},                           // there is no such week
		{"x", "2026-W01", ""}, {"2026-W01", "2026-01", ""},
	} {
		if got := strings.Join(Between(c.from, c.to), " "); got != c.want {
			t.Errorf("%s to %s: %q, want %q", c.from, c.to, got, c.want)
		}
	}
	// The Sundays: 2026-W53 ends on 3 January 2027, 2025-W01 on 5 January 2025.
	for week, day := range map[string]string{"2026-W53": "2027-01-03", "2020-W53": "2021-01-03", "2025-W01": "2025-01-05"} {
		if d, err := LastDay(week); err != nil || d.String() != day || WeekOf(d) != week || WeekOf(d+1) == week {
			t.Errorf("%s ends on %v (%v)", week, d, err)
		}
	}
}
