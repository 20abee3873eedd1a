package funnel

import (
	"sort"
	"strconv"
	"strings"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/casetest"
	"crmreport/metrics/measure"
)

// pipeline4 is S1 … S4 with the limits of stages.csv.
var pipeline4 = crm.Pipeline{Stages: []crm.StageDef{
	{ID: "S1", LimitDays: 14}, {ID: "S2", LimitDays: 21}, {ID: "S3", LimitDays: 30}, {ID: "S4", LimitDays: 15}}}

func date(t testing.TB, s string) crm.Date {
	t.Helper()
	d, err := crm.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// stamp reads 2024-03-01, 2024-03-01T09:00 or 2024-03-01T09:00:30.
func stamp(t testing.TB, s string) crm.Stamp {
	t.Helper()
	day, clock, _ := strings.Cut(s, "T")
	at := date(t, day).At()
	for i, part := range strings.Split(clock, ":") {
		if part == "" {
			break
		}
		n, err := strconv.Atoi(part)
		if err != nil {
			t.Fatal(err)
		}
		at += crm.Stamp(n * []int{3600, 60, 1}[i])
	}
	return at
}

func stage(t testing.TB, p crm.Pipeline, word string) crm.Stage {
	t.Helper()
	s, ok := p.Lookup(word)
	if !ok {
		t.Fatalf("no stage %q", word)
	}
	return s
}

// entries reads "S1@2024-03-01 S2@2024-03-08T09:00 …" as rows of one deal.
func entries(t testing.TB, id crm.DealID, history string) []crm.StageEntry {
	t.Helper()
	var out []crm.StageEntry
	for i, row := range strings.Fields(history) {
		word, at, _ := strings.Cut(row, "@")
		out = append(out, crm.StageEntry{Pos: crm.Pos{Line: int32(i + 2)}, Deal: id, Stage: stage(t, pipeline4, word),
			At: stamp(t, at), Rep: crm.NoRep, ExpectedClose: crm.NoDate})
	}
	return out
}

// deal is an open deal without an amount; with changes it.
func deal(id crm.DealID, with func(*crm.Deal)) crm.Deal {
	d := crm.Deal{ID: id, Customer: crm.NoCustomer, Rep: crm.NoRep, Stage: 1, CreatedOn: crm.NoDate,
		ExpectedClose: crm.NoDate, ClosedOn: crm.NoDate}
	if with != nil {
		with(&d)
	}
	return d
}

// book joins deals and rows of history as ingest does; a table that is nil is
// missing. Its tree is the company of the reps in names unless spells say more.
func book(t testing.TB, asOf string, names *crm.Names[crm.RepNo], spells []crm.Spell, deals []crm.Deal, stages []crm.StageEntry) *crm.Book {
	t.Helper()
	if names == nil {
		names = &crm.Names[crm.RepNo]{}
	}
	b := &crm.Book{AsOf: date(t, asOf), Currency: "CNY", Tables: map[string]bool{"deals": deals != nil, "stage_history": stages != nil},
		Reps: names, Customers: &crm.Names[crm.CustomerNo]{}, Org: crm.NewOrg(names, spells), Calendar: crm.NewCalendar(nil, nil, nil),
		Pipeline: pipeline4, Deals: deals, Stages: stages}
	sort.SliceStable(b.Deals, func(i, j int) bool { return b.Deals[i].ID < b.Deals[j].ID })
	sort.SliceStable(b.Stages, func(i, j int) bool { return b.Stages[i].Deal < b.Stages[j].Deal })
	b.StagesDateOnly = true
	for _, e := range b.Stages {
		b.StagesDateOnly = b.StagesDateOnly && e.At == e.At.Date().At()
	}
	return b
}

func compute(b *crm.Book, o Options) measure.Result { return Compute(b, measure.NewFrame(b), o) }

// got finds a value; key is "stage=S1" or "".
func got(t testing.TB, b *crm.Book, r measure.Result, metric, scope, period, key string) measure.Value {
	t.Helper()
	v, ok := find(b, r, metric, scope, period, key)
	if !ok {
		t.Fatalf("no %s of %s in %s, key %q", metric, scope, period, key)
	}
	return v
}

func find(b *crm.Book, r measure.Result, metric, scope, period, key string) (measure.Value, bool) {
	for _, v := range r.Values {
		if v.Metric == "funnel."+metric && b.Org.Nodes[v.Slot.Scope].ID == scope && v.Slot.Period.Name == period && v.Key == key {
			return v, true
		}
	}
	return measure.Value{}, false
}

// ratio checks numerator and denominator, and the value as their quotient.
func ratio(t testing.TB, v measure.Value, num, den int64) {
	t.Helper()
	if v.Num != num || v.Den != den || v.OK != (den != 0) {
		t.Errorf("%s %s %s = %d/%d (ok %v), want %d/%d", v.Metric, v.Slot.Period.Name, v.Key, v.Num, v.Den, v.OK, num, den)
	} else if den != 0 {
		casetest.Near(t, v.Metric, v.V, float64(num)/float64(den))
	}
}

func flagged(v measure.Value, word string) bool {
	for _, f := range v.Flags {
		if f == word {
			return true
		}
	}
	return false
}
