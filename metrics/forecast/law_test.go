package forecast

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold/foldtest"
	"crmreport/metrics/measure"
	"crmreport/metrics/plan"
)

// randomMaker is two regions of two areas of two teams, reps who move and
// leave, three years of contracts, half a year of weekly and monthly forecasts.
func randomMaker(t testing.TB, seed uint64) *maker {
	r := rand.New(rand.NewPCG(seed, 7))
	m := newMaker(t, "2025-03-12")
	unit := func(k int) (team, area, region string) {
		return fmt.Sprint("T", k%2), fmt.Sprint("A", k/2%2), fmt.Sprint("R", k/4)
	}
	for k := range 8 {
		team, area, region := unit(k)
		m.person(fmt.Sprint("M", k), crm.Supervisor, team, area, region, "", "")
	}
	for i := range 20 {
		id := fmt.Sprintf("S%02d", i)
		team, area, region := unit(r.IntN(8))
		if r.IntN(3) > 0 {
			m.person(id, crm.Seller, team, area, region, "", "")
			continue
		}
		m.person(id, crm.Seller, team, area, region, "", "2025-01-14")
		team, area, region = unit(r.IntN(8))
		m.person(id, crm.Seller, team, area, region, "2025-01-15", "")
		if r.IntN(2) == 0 {
			m.spells[len(m.spells)-1].LeftOn = day(t, "2025-02-20")
		}
	}
	m.b.Tables["credit_splits"] = true
	types := []crm.ContractType{"", crm.New, crm.Renewal, crm.Expansion}
	for i := range 400 {
		on := day(t, "2022-06-01") + crm.Date(r.IntN(1015))
		c := m.contract(fmt.Sprintf("c%03d", i), fmt.Sprintf("S%02d", r.IntN(20)), on.String(), fmt.Sprint(r.IntN(90000)), types[r.IntN(4)])
		if r.IntN(10) == 0 {
			c.Status = crm.ContractVoid
		}
		if r.IntN(4) == 0 {
			for k, share := range []crm.Decimal{333333333, 333333333, 333333334} {
				m.b.Splits = append(m.b.Splits, crm.Split{Pos: m.pos(), Contract: c.ID, Rep: crm.RepNo(8 + (i+k)%20), Share: share})
			}
		}
	}
	periods := []string{"2024-10", "2024-11", "2024-12", "2025-01", "2025-02", "2025-03"}
	for w := 1; w <= 11; w++ {
		periods = append(periods, fmt.Sprintf("2025-W%02d", w))
	}
	for _, p := range periods {
		start := m.period(p).Start
		for i := range 20 {
			for range r.IntN(3) {
				at := (start + crm.Date(r.IntN(4)-2)).String() + "T09:00"
				m.forecast(p, fmt.Sprintf("S%02d", i), at, fmt.Sprint(r.IntN(50000)), types[max(0, r.IntN(6)-2)])
			}
			if r.IntN(2) == 0 {
				m.index(p, fmt.Sprintf("S%02d", i), (start-1).String()+"T09:00", fmt.Sprintf("1.%03d", r.IntN(1000)))
			}
		}
		for k := range 8 {
			if id := fmt.Sprint("M", k); r.IntN(2) == 0 {
				m.index(p, id, (start-1).String()+"T09:00", fmt.Sprintf("0.%09d", r.IntN(1_000_000_000)))
			} else if r.IntN(3) == 0 {
				m.forecast(p, id, (start-1).String()+"T09:00", fmt.Sprint(r.IntN(90000)), "")
			}
		}
	}
	randomDays(m, seed)
	return m
}

// randomDays adds day forecasts of five weeks, some late, some exact, some twice
// and some by type, and revisions throughout the months and a quarter.
func randomDays(m *maker, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 8))
	types := []crm.ContractType{"", "", crm.New, crm.Renewal, crm.Expansion}
	for on := day(m.t, "2025-02-06"); on <= m.b.AsOf+1; on++ {
		for i := range 20 {
			for range r.IntN(3) {
				at := []string{(on - 1).String() + "T20:00", on.String() + "T00:00", on.String() + "T00:01"}[r.IntN(3)]
				m.daily(on.String(), fmt.Sprintf("S%02d", i), at, fmt.Sprint(r.IntN(3)*r.IntN(50000)), types[r.IntN(5)])
			}
		}
	}
	for _, c := range m.b.Contracts {
		if c.SignDate >= day(m.t, "2025-02-06") && r.IntN(2) == 0 {
			m.daily(c.SignDate.String(), m.b.Reps.ID(c.Rep), (c.SignDate-1).String()+"T23:59", fmt.Sprint(c.Amount.Minor/100), "")
		}
	}
	for _, p := range []string{"2024-10", "2024-11", "2024-12", "2025-01", "2025-02", "2025-03", "2024-Q4"} {
		start := m.period(p).Start
		for range 60 {
			at := (start + crm.Date(r.IntN(100)-5)).String() + []string{"T00:00", "T00:01", "T18:00"}[r.IntN(3)]
			m.forecast(p, fmt.Sprintf("S%02d", r.IntN(20)), at, fmt.Sprint(r.IntN(50000)), types[r.IntN(5)])
		}
	}
}

func lines(b *crm.Book) []Line {
	var out []Line
	r := newReader(b, measure.NewFrame(b), DefaultOptions())
	add := func(l Line) { out = append(out, l) }
	r.signedLines(add)
	r.planLines(add)
	return out
}

func TestAccumulatorLaws(t *testing.T) {
	for seed := range uint64(3) {
		foldtest.Laws(t, func() *Acc { return &Acc{} }, lines(randomMaker(t, seed).book()))
	}
}

func TestLevelsAddUp(t *testing.T) {
	for seed := range uint64(6) {
		m := randomMaker(t, seed)
		b := m.book()
		acc, r := &Acc{}, newReader(b, measure.NewFrame(b), DefaultOptions())
		acc.init()
		r.signedLines(acc.Add)
		r.planLines(acc.Add)
		board := newBoard(r, acc, true)
		children := map[crm.NodeNo][]crm.NodeNo{}
		direct := map[crm.NodeNo]bool{}
		for i, n := range b.Org.Nodes {
			if n.Level != crm.RepLevel && n.Parent >= 0 {
				children[n.Parent] = append(children[n.Parent], crm.NodeNo(i))
			}
		}
		for _, l := range b.Org.Leaves {
			direct[l.Unit] = true
		}
		checked, amounts := 0, 0
		for _, no := range board.scored {
			p := board.periods[no]
			for n, kids := range children {
				if direct[n] {
					continue
				}
				cellOf := func(n crm.NodeNo) *cell { return cmp.Or(board.seen(n, no), &cell{}) }
				var signed Signed
				want, base := &score{}, new(big.Rat)
				for _, k := range kids {
					signed = signed.Plus(board.signedIn(k, no).Signed)
					want.plus(board.scoreOf(seriesAll, k, no))
					if h := cellOf(k).handed; h != nil {
						base.Add(base, &h.up)
					}
				}
				if own := board.signedIn(n, no).Signed; signed != own {
					t.Errorf("seed %d: actual of %s in %s: %v, children %v", seed, b.Org.Nodes[n].ID, p.Name, own, signed)
				}
				got := board.over(seriesAll, n, []int{no})
				if got.forecast != want.forecast || got.actual != want.actual || got.absolute != want.absolute || got.hits != want.hits ||
					got.expected != want.expected || got.late != want.late || len(got.rows) != len(want.rows) {
					t.Errorf("seed %d: score of %s in %s does not add up", seed, b.Org.Nodes[n].ID, p.Name)
				}
				if got.net > want.net || want.net > want.absolute {
					t.Errorf("seed %d: netting adds error", seed)
				}
				if h := cellOf(n).handed; h != nil {
					c := big.NewRat(1, 1)
					if plan := board.plan(n, p); plan.Index.Given == 1 {
						c = crm.Decimal(plan.Index.Sum).Rat()
					}
					if h.base.Cmp(base) != 0 || h.up.Cmp(new(big.Rat).Mul(base, c)) != 0 {
						t.Errorf("seed %d: %s hands up %v of %v, children %v", seed, b.Org.Nodes[n].ID, &h.up, &h.base, base)
					}
					checked++
				}
			}
			for i := range b.Org.Nodes {
				if board.plan(crm.NodeNo(i), p).Submission.Given() {
					amounts++
				}
				s := board.scoreOf(seriesAll, crm.NodeNo(i), no)
				if n := s.n; s.hits > n || n > s.expected || n+s.late > s.expected {
					t.Errorf("seed %d: %d hits, %d rows, %d late, %d expected", seed, s.hits, n, s.late, s.expected)
				}
			}
		}
		if checked < 100 || amounts < 10 {
			t.Errorf("seed %d: only %d cascades, %d amounts", seed, checked, amounts)
		}
		// Conservation: what is not void is signed by somebody, to the cent.
		var all, booked int64
		for _, v := range acc.Signed.All() {
			all += v.Total()
		}
		for _, c := range b.Contracts {
			if c.Status != crm.ContractVoid {
				booked += c.Amount.Minor
			}
		}
		if all != booked || all == 0 {
			t.Errorf("seed %d: %d signed, %d booked", seed, all, booked)
		}
	}
}

// Day forecasts and revision paths add up too: a parent is its children, a
// quarter its months (days do not net), and netting never adds error.
func TestDaysAndPathsAddUp(t *testing.T) {
	for seed := range uint64(4) {
		b := randomMaker(t, seed).book()
		acc, r := &Acc{}, newReader(b, measure.NewFrame(b), DefaultOptions())
		r.signedLines(acc.Add)
		r.planLines(acc.Add)
		f := measure.NewFrame(b)
		board := newBoard(r, acc, true)
		parents, quarters, weeks0 := 0, 0, 0
		daysOf := func(n crm.NodeNo, no int) (t tally) {
			if c := board.seen(n, no); c != nil && c.days != nil {
				t = *c.days
			}
			return t
		}
		pathOf := func(n crm.NodeNo, no int) []tally { return cmp.Or(board.seen(n, no), &cell{}).revised }
		for no, p := range f.Periods() {
			kids, paths := map[crm.NodeNo]tally{}, map[crm.NodeNo][]tally{}
			direct := map[crm.NodeNo]bool{}
			for _, l := range b.Org.Leaves {
				direct[l.Unit] = true
			}
			for i, n := range b.Org.Nodes {
				if n.Level == crm.RepLevel || n.Parent < 0 {
					continue
				}
				kids[n.Parent] = kids[n.Parent].Plus(daysOf(crm.NodeNo(i), no))
				path := pathOf(crm.NodeNo(i), no)
				for week, x := range path {
					if paths[n.Parent] == nil {
						paths[n.Parent] = make([]tally, len(path))
					}
					paths[n.Parent][week] = paths[n.Parent][week].Plus(x)
				}
			}
			for n, sum := range kids {
				if direct[n] {
					continue
				}
				got := daysOf(n, no)
				if got.net > sum.net || got.net > got.absolute || got.hits > got.n || got.n > got.expected {
					t.Errorf("seed %d: days of %s in %s: %+v", seed, b.Org.Nodes[n].ID, p.Name, got)
				}
				sum.net = got.net
				if got != sum {
					t.Errorf("seed %d: days of %s in %s are %+v, its parts %+v", seed, b.Org.Nodes[n].ID, p.Name, got, sum)
				}
				if fmt.Sprint(pathOf(n, no)) != fmt.Sprint(paths[n]) {
					t.Errorf("seed %d: path of %s in %s is %v, its parts %v", seed, b.Org.Nodes[n].ID, p.Name, pathOf(n, no), paths[n])
				}
				if got.hits > 0 {
					parents++
				}
			}
			for i := range b.Org.Nodes {
				n := crm.NodeNo(i)
				if path := pathOf(n, no); len(path) > 0 {
					scored := board.scoreOf(seriesAll, n, no)
					if path[0].n != scored.n || path[0].forecast != scored.forecast || path[0].actual != scored.actual {
						t.Errorf("seed %d: the path of %s in %s begins with %+v, the score is of %+v", seed, b.Org.Nodes[i].ID, p.Name, path[0], scored.tally)
					}
					weeks0++
				}
				if p.Name != "2025-Q1" {
					continue
				}
				var months tally
				for _, m := range []string{"2025-01", "2025-02", "2025-03"} {
					q, _ := b.Fiscal.ParsePeriod(m)
					months = months.Plus(daysOf(n, board.of[q]))
				}
				if months != daysOf(n, no) {
					t.Errorf("seed %d: the quarter of %s is %+v, its months %+v", seed, b.Org.Nodes[i].ID, daysOf(n, no), months)
				}
				if months.net > 0 {
					quarters++
				}
			}
		}
		if parents < 5 || quarters < 10 || weeks0 < 50 {
			t.Errorf("seed %d: only %d parents, %d quarters, %d paths", seed, parents, quarters, weeks0)
		}
	}
}

// A narrowed frame gives the values that the whole frame gives for its slot.
func TestNarrowed(t *testing.T) {
	m := randomMaker(t, 2)
	for i, p := range []string{"2025-02", "2025-03", "2025-W10", "2024-Q4", "2025"} {
		m.target(p, fmt.Sprintf("S%02d", i), "new_amount", "123456.785")
		m.target(p, "T0", "amount", "98765")
	}
	b := m.book()
	f := measure.NewFrame(b)
	whole := map[measure.Slot][]measure.Value{}
	for _, v := range Compute(b, f, DefaultOptions()).Values {
		whole[v.Slot] = append(whole[v.Slot], v)
	}
	sorted := func(vs []measure.Value) []measure.Value { // trailing values of a slot come last
		return slices.SortedFunc(slices.Values(vs), func(x, y measure.Value) int {
			return cmp.Or(cmp.Compare(x.Metric, y.Metric), cmp.Compare(x.Key, y.Key))
		})
	}
	checked := 0
	for n := range b.Org.Nodes {
		for _, p := range f.Wanted(crm.NodeNo(n), true) {
			s := measure.Slot{Scope: crm.NodeNo(n), Period: p}
			if n%3 > 0 && p.Kind == crm.Year {
				continue
			}
			if got := Compute(b, f.Narrowed(s), DefaultOptions()).Values; !reflect.DeepEqual(sorted(got), sorted(whole[s])) {
				t.Errorf("%s in %s: %d values, want %d", b.Org.Nodes[n].ID, p.Name, len(got), len(whole[s]))
			}
			checked += len(whole[s])
		}
	}
	if checked < 1000 {
		t.Errorf("only %d values", checked)
	}
}

// The quick ways of integers give what the exact ones do.
func TestQuickWays(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	number := func() int64 { return (r.Int64() - 1<<62) >> r.IntN(63) }
	for range 20000 {
		x, y := number(), number()
		num, den := new(big.Rat).SetInt64(x), new(big.Rat).SetInt64(y)
		if got, want := quotient("m", measure.Slot{}, num, den), measure.NewRat("m", measure.Slot{}, num, den); !reflect.DeepEqual(got, want) {
			t.Fatalf("%d/%d is %+v, want %+v", x, y, got, want)
		}
		tolerance := crm.Decimal(r.Int64N(int64(crm.One)) >> r.IntN(30))
		p := pair{x, x + x/1000*r.Int64N(300)/1000}
		if got := withinMinor(tolerance, p); got != withinExact(tolerance, num, p.actual) {
			t.Fatalf("%+v within %s: %v", p, tolerance, got)
		}
		for _, c := range []crm.Currency{"CNY", "JPY", "KWD"} {
			scale := new(big.Rat).SetFloat64(math.Pow10(c.MinorDigits()))
			if got, want := plan.Minor(crm.Decimal(x), c), crm.RoundHalfUp(scale.Mul(scale, crm.Decimal(x).Rat())); got != want {
				t.Fatalf("%s %s are %d minor units, want %d", crm.Decimal(x), c, got, want)
			}
		}
	}
}

// The end of the path is the score of a freeze at the end of the period.
func TestPathEndsAtALateFreeze(t *testing.T) {
	for seed := range uint64(4) {
		m := randomMaker(t, seed)
		g := m.compute(DefaultOptions())
		for month, weeks := range map[string]int{"2024-10": 5, "2024-11": 5, "2025-01": 5, "2025-02": 4} {
			p, o := m.period(month), DefaultOptions()
			late := o
			late.MonthFreeze = o.MonthFreeze + int(p.End.At()-o.freeze(m.b.Calendar, p))/60
			end := m.compute(late).at("accuracy company " + month)
			got := g.at(fmt.Sprintf("revised_accuracy company %s week=%d", month, weeks))
			if got.Num != end.Num || got.Den != end.Den || got.N != end.N || !end.OK {
				t.Errorf("seed %d: the path of %s ends with %d/%d of %d, a late freeze gives %d/%d of %d",
					seed, month, got.Num, got.Den, got.N, end.Num, end.Den, end.N)
			}
			if first := g.at("revised_accuracy company " + month + " week=0"); first.N >= got.N {
				t.Errorf("seed %d: nobody revised %s", seed, month)
			}
		}
	}
}

// The same book computes to the same bytes every time.
func TestDeterminism(t *testing.T) {
	b := randomMaker(t, 4).book()
	var first string
	for i := range 4 {
		js, err := json.Marshal(Compute(b, measure.NewFrame(b), DefaultOptions()))
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = string(js)
		} else if first != string(js) {
			t.Fatal("two runs differ")
		}
	}
}

func TestDefinitions(t *testing.T) {
	known := map[string]measure.Definition{}
	for _, d := range Definitions() {
		if known[d.ID].ID != "" || d.Revision < 1 || d.Rulings == "" {
			t.Errorf("%s: %+v", d.ID, d)
		}
		for _, s := range []measure.Text{d.Title, d.Meaning, d.Formula, d.Unit.Text} {
			if s.ZH == "" || s.EN == "" {
				t.Errorf("%s lacks a text", d.ID)
			}
		}
		known[d.ID] = d
	}
	b := randomMaker(t, 1).book()
	res := Compute(b, measure.NewFrame(b), DefaultOptions())
	seen := map[string]bool{}
	for _, v := range res.Values {
		seen[v.Metric] = true
	}
	for _, v := range []string{"target", "attainment", "landing_share", "target_gap", "target_customers", "customers_attainment", "implied_average",
		"average_contract", "needed_valid_visits", "capacity", "capacity_share"} {
		seen["forecast."+v] = true // no targets in this book
	}
	for id := range known {
		if !seen[id] {
			t.Errorf("%s is defined and never computed", id)
		}
	}
	for id := range seen {
		if known[id].ID == "" {
			t.Errorf("%s is computed and not defined", id)
		}
	}
	for _, l := range res.Lists {
		for _, r := range l.Rows {
			if len(r.Cells) != len(l.Columns) || r.Leaf < 0 {
				t.Errorf("%s: %+v", l.ID, r)
			}
		}
	}
	if len(res.Lists) < 2 || len(res.Lists[0].Rows) == 0 || len(res.Lists[1].Rows) == 0 {
		t.Error("the lists are empty")
	}
}
