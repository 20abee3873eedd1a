package funnel

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// movesOf lists the moves of a scope in a period as "from>to×n", by name.
func movesOf(b *crm.Book, r measure.Result, scope, period string) []string {
	var out []string
	for _, v := range r.Values {
		if v.Metric == "funnel.moves" && b.Org.Nodes[v.Slot.Scope].ID == scope && v.Slot.Period.Name == period {
			from, to, _ := strings.Cut(strings.TrimPrefix(v.Key, "from="), ",to=")
			out = append(out, fmt.Sprintf("%s>%s×%d", from, to, v.Num))
		}
	}
	slices.Sort(out)
	return out
}

// One deal each, from a plain one to those that come back.
func TestMoves(t *testing.T) {
	for _, c := range []struct{ name, history, want string }{
		{"an entry", "S1@2024-03-01", "created>S1×1"},
		{"every stage", "S1@2024-03-01 S2@2024-03-02 S3@2024-03-03 S4@2024-03-04 won@2024-03-05", "S1>S2×1 S2>S3×1 S3>S4×1 S4>won×1 created>S1×1"},
		{"a loss is no move", "S1@2024-03-01 S2@2024-03-02 lost@2024-03-03", "S1>S2×1 created>S1×1"},
		{"a skip", "S1@2024-03-01 S4@2024-03-02", "S1>S4×1 created>S1×1"},
		{"a win skips, too", "S1@2024-03-01 S2@2024-03-02 won@2024-03-03", "S1>S2×1 S2>won×1 created>S1×1"},
		{"born late", "S3@2024-03-01", "created>S3×1"},
		{"won at once", "won@2024-03-01", "created>won×1"},
		{"a return", "S1@2024-03-01 S3@2024-03-02 S2@2024-03-03 S3@2024-03-04", "S1>S3×1 S2>S3×1 S3>S2×1 created>S1×1"},
		{"to and fro", "S1@2024-03-01 S2@2024-03-02 S1@2024-03-03 S2@2024-03-04 S1@2024-03-05", "S1>S2×2 S2>S1×2 created>S1×1"},
		{"equal neighbours", "S1@2024-03-01 S1@2024-03-02 S2@2024-03-03 S2@2024-03-04", "S1>S2×1 created>S1×1"},
		{"one instant is a fast pass", "S3@2024-03-01T09:00 S1@2024-03-01T09:00 S2@2024-03-01T09:00", "S1>S2×1 S2>S3×1 created>S1×1"},
		{"void", "S1@2024-03-01 S3@2024-03-02 void@2024-03-03", ""},
		{"re-opened is no return", "S1@2024-03-01 S3@2024-03-02 lost@2024-03-03 S2@2024-03-04", "S1>S3×1 created>S1×1 reopened>S2×1"},
		{"re-opened after 90 days begins anew", "S1@2024-01-02 lost@2024-01-03 S2@2024-05-01", "created>S1×1 created>S2×1"},
		{"a win that was withdrawn", "S4@2024-03-01 won@2024-03-02 S4@2024-03-03 won@2024-03-04", "S4>won×1 created>S4×1 reopened>S4×1"},
		{"a loss that was a win", "S2@2024-03-01 lost@2024-03-02 won@2024-03-03", "S2>won×1 created>S2×1"},
		{"cash after the win", "S4@2024-03-01 won@2024-03-02 collected@2024-03-03", "S4>won×1 created>S4×1"},
		{"lost before it began", "lost@2024-03-01 S2@2024-03-02", "reopened>S2×1"},
		{"a later day", "S1@2024-03-01 S2@2024-07-01", "created>S1×1"},
		{"another year", "S1@2023-03-01 S2@2024-03-01", ""},
	} {
		b := book(t, "2024-06-30", nil, nil, nil, entries(t, "D", c.history))
		r := compute(b, DefaultOptions())
		if got := strings.Join(movesOf(b, r, "company", "2024"), " "); got != c.want {
			t.Errorf("%s: %s\nwant %s", c.name, got, c.want)
		}
	}
}

// Moves are credited to who owned the deal when it began, as returns are; and
// only current periods have them.
func TestMovesCredit(t *testing.T) {
	names, spells := twoTeams(t)
	rows := by(names, entries(t, "D", "S1@2024-06-10 S3@2024-06-20 S2@2024-06-25"), "r1", "r1", "r2")
	b := book(t, "2024-06-30", names, spells, nil, rows)
	r := compute(b, DefaultOptions())
	want := []string{"S1>S3×1", "S3>S2×1", "created>S1×1"}
	for scope, of := range map[string][]string{"company": want, "A": want, "B": nil, "r1": nil} {
		if got := movesOf(b, r, scope, "2024-06"); !slices.Equal(got, of) {
			t.Errorf("%s: %v", scope, got)
		}
	}
	for _, v := range r.Values {
		if (v.Metric == "funnel.moves" || v.Metric == "funnel.days_quantile") && strings.Contains(v.Slot.Period.Name, "~") {
			t.Errorf("%s in %s", v.Metric, v.Slot.Period.Name)
		}
		if v.Metric == "funnel.moves" && !v.Open {
			t.Errorf("the deal is open: %+v", v)
		}
	}
}

// What the definition says of the other metrics, at every unit.
func TestMovesAgree(t *testing.T) {
	var all agreement
	for seed := range uint64(seeds) {
		b := randomBook(t, seed)
		of := agree(t, fmt.Sprintf("seed %d", seed), b, compute(b, DefaultOptions()))
		all = agreement{all.returns + of.returns, all.late + of.late, all.over + of.over, all.skips + of.skips}
	}
	if all.returns == 0 || all.late == 0 || all.skips == 0 || all.over == all.skips {
		t.Errorf("the books are too tame: %+v", all)
	}
}

// agreement is what moves come to, over all scopes and periods: returns, deals
// that begin late, moves over a stage, and the deals that skip it.
type agreement struct{ returns, late, over, skips int64 }

// flowsOf reads the squares of all slots from the values.
func flowsOf(p crm.Pipeline, values []measure.Value) map[measure.Slot]Flows {
	out, k := map[measure.Slot]Flows{}, crm.Stage(p.Len())
	number := func(word string, other crm.Stage) crm.Stage {
		if s, ok := p.Lookup(word); ok && s <= k {
			return s
		}
		return other
	}
	for _, v := range values {
		if v.Metric != "funnel.moves" {
			continue
		}
		if out[v.Slot] == nil {
			out[v.Slot] = make(Flows, flowsLen(k))
		}
		from, to, _ := strings.Cut(strings.TrimPrefix(v.Key, "from="), ",to=")
		start := number(from, 0)
		if from == "reopened" {
			start = k + 1
		}
		out[v.Slot][flowPlace(0, start, number(to, k+1), k)] += v.Num
	}
	return out
}

// sum adds up the moves that are wanted.
func (f Flows) sum(k crm.Stage, want func(from, to crm.Stage) bool) (n int64) {
	for from := range k + 2 {
		for to := crm.Stage(1); to <= k+1; to++ {
			if want(from, to) {
				n += f[flowPlace(0, from, to, k)]
			}
		}
	}
	return n
}

func agree(t *testing.T, name string, b *crm.Book, r measure.Result) (all agreement) {
	t.Helper()
	flows, k := flowsOf(b.Pipeline, r.Values), crm.Stage(b.Pipeline.Len())
	for _, v := range r.Values {
		f := flows[v.Slot]
		if f == nil {
			continue
		}
		switch v.Metric {
		case "funnel.regression_rate":
			n := f.sum(k, func(from, to crm.Stage) bool { return from <= k && to < from })
			if all.returns += n; n != v.Num {
				t.Errorf("%s: %v: %d returns, %d regressions", name, v.Slot, n, v.Num)
			}
		case "funnel.born_late":
			// A deal that begins with its win is born late, but not one that begins with another close.
			n, won := f.sum(k, func(from, to crm.Stage) bool { return from == 0 && to > 1 && to <= k }), f.sum(k, func(from, to crm.Stage) bool { return from == 0 && to > k })
			if all.late += n; v.Num < n || v.Num > n+won {
				t.Errorf("%s: %v: %d begin late and %d are won at once, born_late is %d", name, v.Slot, n, won, v.Num)
			}
		case "funnel.skip_rate":
			j := stage(t, b.Pipeline, strings.TrimPrefix(v.Key, "stage="))
			n := f.sum(k, func(from, to crm.Stage) bool { return (from < j || from == k+1) && to > j })
			if all.over, all.skips = all.over+n, all.skips+v.Num; n < v.Num {
				t.Errorf("%s: %v: %d pass over %s, %d skip it", name, v.Slot, n, v.Key, v.Num)
			}
		}
	}
	return all
}

// A unit that never goes back passes over exactly the stages that it skips.
func TestMovesOverSkips(t *testing.T) {
	straight := 0
	for seed := range uint64(seeds) {
		b := randomBook(t, seed)
		a := newAcc(b, measure.NewFrame(b), DefaultOptions())
		for l := range b.DealLogs() {
			for _, u := range a.units(l) {
				if u.fate == crm.DealVoid || u.regressions+u.reopens > 0 {
					continue
				}
				straight++
				over := make([]int, a.stages()+2)
				u.moves(a.stages(), func(from, to crm.Stage) {
					for j := from + 1; j < to; j++ {
						over[j]++
					}
				})
				for j := crm.Stage(1); j <= a.stages(); j++ {
					if (over[j] == 1) != u.skipped(j) || over[j] > 1 {
						t.Errorf("seed %d, %s: stage %d is passed over %d times", seed, l.ID, j, over[j])
					}
				}
			}
		}
	}
	if straight == 0 {
		t.Error("no unit goes straight")
	}
}

// leavers are n deals that enter S1 on 1 March and leave it after 1, 2, … n
// days; of them the last open ones entered it 20 days ago and stand there still.
func leavers(t *testing.T, n, open int) *crm.Book {
	t.Helper()
	var rows []crm.StageEntry
	for i := 1; i <= n; i++ {
		id := crm.DealID(fmt.Sprintf("D%02d", i))
		history := "S1@2024-06-10"
		if i <= n-open {
			history = "S1@2024-03-01 S2@" + (date(t, "2024-03-01") + crm.Date(i)).String()
		}
		rows = append(rows, entries(t, id, history)...)
	}
	return book(t, "2024-06-30", nil, nil, nil, rows)
}

func TestDaysQuantile(t *testing.T) {
	for _, c := range []struct {
		name    string
		n, open int
		want    []float64 // 10, 25, 50, 75, 90
	}{
		// S(3) = 27/30, S(8) = 22/30 (S(7) is 23/30), S(15) = 15/30, S(23) = 7/30, S(27) = 3/30.
		{"all have left", 30, 0, []float64{3, 8, 15, 23, 27}},
		// The 10 that stand there are at risk to 20 days: S(20) = 10/30, never 1/4.
		{"a third stands there", 30, 10, []float64{3, 8, 15}},
		// S(4) = 36/40, S(10) = 30/40, S(20) = 20/40, S(30) = 10/40, S(36) = 4/40.
		{"forty", 40, 0, []float64{4, 10, 20, 30, 36}},
		// 20 of 60 leave: S(6) = 54/60, S(15) = 45/60, S(20) = 40/60.
		{"most stand there", 60, 40, []float64{6, 15}},
		{"one too few", 29, 0, nil},
	} {
		b := leavers(t, c.n, c.open)
		r := compute(b, DefaultOptions())
		for i, word := range quantileWords {
			v, ok := find(b, r, "days_quantile", "company", "2024", "stage=S1,quantile="+word)
			if want := i < len(c.want); ok != want || ok && (v.V != c.want[i] || v.N != int64(c.n) || v.Open != true) {
				t.Errorf("%s: %s is %+v (%v), want %v", c.name, word, v, ok, c.want)
			}
		}
	}
}

// largeBook is ten random ones in one.
func largeBook(t *testing.T, seed uint64) *crm.Book {
	t.Helper()
	names, spells := twoTeams(t)
	names.Number("stray")
	var deals []crm.Deal
	var rows []crm.StageEntry
	for i := range uint64(10) {
		b := randomBook(t, seed+i)
		apart := func(id crm.DealID) crm.DealID { return crm.DealID(fmt.Sprintf("%d%s", i, id)) }
		for _, d := range b.Deals {
			d.ID = apart(d.ID)
			deals = append(deals, d)
		}
		for _, e := range b.Stages {
			e.Deal = apart(e.Deal)
			rows = append(rows, e)
		}
	}
	return book(t, "2024-06-30", names, spells, deals, rows)
}

// The box has the median of funnel.median_days in it, and its edges in order.
func TestDaysQuantileHasTheMedian(t *testing.T) {
	boxes := 0
	for seed := range uint64(4) {
		b := largeBook(t, 10*seed)
		r := compute(b, DefaultOptions())
		last := map[string]float64{}
		for _, v := range r.Values {
			if v.Metric != "funnel.days_quantile" {
				continue
			}
			boxes++
			stage, q, _ := strings.Cut(v.Key, ",quantile=")
			scope, at := b.Org.Nodes[v.Slot.Scope].ID, fmt.Sprint(v.Slot, stage)
			m := got(t, b, r, "median_days", scope, v.Slot.Period.Name, stage)
			if q == "50" && (m.V != v.V || !m.OK || m.Open != v.Open) || m.N != v.N || v.N < fewestInBox {
				t.Errorf("seed %d: %s of %s: %+v, the median is %+v", seed, v.Key, scope, v, m)
			}
			if before, ok := last[at]; ok && v.V < before {
				t.Errorf("seed %d: %s of %s is below the one before", seed, v.Key, scope)
			}
			last[at] = v.V
		}
	}
	if boxes == 0 {
		t.Error("no box")
	}
}
