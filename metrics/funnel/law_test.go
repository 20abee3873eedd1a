package funnel

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/casetest"
	"crmreport/metrics/fold/foldtest"
	"crmreport/metrics/measure"
)

// randomBook has up to 60 deals with any rows at all, two teams, blank reps,
// blank amounts and deals that only one of the tables knows.
func randomBook(t testing.TB, seed uint64) *crm.Book {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 7))
	names, spells := twoTeams(t)
	names.Number("stray") // without a row in reps
	rep := func() crm.RepNo { return crm.RepNo(r.IntN(names.Len()+1) - 1) }
	asOf := date(t, "2024-06-30")
	money := func() (crm.Money, bool) {
		return crm.Money{Minor: int64(r.IntN(100000)), Currency: crm.Currency([]string{"CNY", "CNY", "USD"}[r.IntN(3)])}, r.IntN(4) > 0
	}
	deals, rows := []crm.Deal{}, []crm.StageEntry{}
	for i := range 20 + r.IntN(40) {
		id := crm.DealID(fmt.Sprintf("D%02d", i))
		if r.IntN(8) > 0 {
			deals = append(deals, deal(id, func(d *crm.Deal) {
				d.Rep, d.Stage = rep(), crm.Stage(r.IntN(5))
				d.Amount, d.AmountKnown = money()
				d.LostReason = []string{"", "price/no budget", "price", "late", "other = , odd"}[r.IntN(5)]
				d.Competitor = []string{"", "X", "Y"}[r.IntN(3)]
				if r.IntN(3) > 0 {
					d.ExpectedClose = asOf + crm.Date(r.IntN(300)-100)
				}
				if d.CreatedOn = crm.NoDate; r.IntN(3) > 0 {
					d.CreatedOn = asOf - crm.Date(r.IntN(400))
				}
				if r.IntN(4) == 0 {
					d.Status, d.ClosedOn = crm.DealStatus(1+r.IntN(3)), asOf-crm.Date(r.IntN(200)-20)
				}
			}))
		}
		n := r.IntN(9)
		at := (asOf - crm.Date(r.IntN(400))).At() + crm.Stamp(r.IntN(86400))
		for k := range n {
			e := crm.StageEntry{Pos: crm.Pos{Line: int32(len(rows))}, Deal: id, Stage: crm.Stage(1 + r.IntN(4)), At: at, Rep: rep(), ExpectedClose: crm.NoDate}
			if seed%2 == 0 && r.IntN(3) > 0 {
				e.ExpectedClose = at.Date() + crm.Date(r.IntN(200))
			}
			if r.IntN(4) == 0 {
				e.Stage = crm.Won + crm.Stage(r.IntN(4))
			}
			if seed%3 == 0 {
				e.Sequence = int64(k + 1)
			}
			e.Amount, e.AmountKnown = money()
			rows = append(rows, e)
			at += crm.Stamp(r.IntN(60) * r.IntN(86400))
		}
	}
	return book(t, "2024-06-30", names, spells, deals, rows)
}

const seeds = 40

func TestLaws(t *testing.T) {
	for seed := range uint64(5) {
		b := randomBook(t, seed)
		foldtest.Laws(t, func() *Acc { return newAcc(b, measure.NewFrame(b), DefaultOptions()) }, slices.Collect(b.DealLogs()))
	}
}

// Won + lost + open + void units are all units; each stage's reached are those
// that advanced, were lost or are open there; and the funnel never widens.
func TestUnitsAreConserved(t *testing.T) {
	fates := make(Vec, tallyLen(crm.Stage(pipeline4.Len())))
	for seed := range uint64(seeds) {
		b := randomBook(t, seed)
		a := newAcc(b, measure.NewFrame(b), DefaultOptions())
		var units, passages int64
		for l := range b.DealLogs() {
			for _, u := range a.units(l) {
				units++
				passages += int64(min(u.depth, a.stages()))
				checkStays(t, a.rules, &u)
			}
			a.Add(l)
		}
		a.rollUp()
		sum := Tally(make(Vec, len(fates)))
		for i, p := range a.periods { // each day is in one year of the frame
			if p.Kind == crm.Year && !strings.Contains(p.Name, "~") {
				Vec(sum).plus(Vec(a.Scopes[crm.Root].tally(i, a.stages())))
			}
		}
		if n := sum.units() + sum[unitsVoid]; n != units {
			t.Errorf("seed %d: %d units counted of %d", seed, n, units)
		}
		checkFunnel(t, seed, a.stages(), sum)
		var reached int64
		for j := crm.Stage(1); j <= a.stages(); j++ {
			reached += sum.reached(j)
		}
		if through := sum.by(cohort).sum(1); through != passages || passages != reached {
			t.Errorf("seed %d: %d passages, %d of units, %d reached", seed, through, passages, reached)
		}
		fates.plus(Vec(sum))
	}
	f := Tally(fates)
	if f[unitsWon] == 0 || f[unitsVoid] == 0 || f.by(lostAt).sum(1) == 0 || f.by(openAt).sum(1) == 0 || f.by(overdueAt).sum(1) == 0 || f[unitsLate] == 0 {
		t.Errorf("the books are too tame: %+v", fates)
	}
}

func checkFunnel(t *testing.T, seed uint64, k crm.Stage, sum Tally) {
	t.Helper()
	for j := crm.Stage(1); j <= k; j++ {
		lost, open, entered := sum.by(lostAt).at(j), sum.by(openAt).at(j), sum.by(enteredAt).at(j)
		if sum.reached(j) != sum.reached(j+1)+lost+open {
			t.Errorf("seed %d stage %d: reached %d is not advanced %d + lost %d + open %d", seed, j,
				sum.reached(j), sum.reached(j+1), lost, open)
		}
		if ordered := sum.by(orderedAt); sum.reached(j) < sum.reached(j+1) || ordered.sum(j) < ordered.sum(j+1) || ordered.sum(j) > entered {
			t.Errorf("seed %d: the funnel widens after stage %d", seed, j)
		}
		if entered+sum.by(skippedAt).at(j) != sum.reached(j) || sum.by(overdueAt).at(j) > open {
			t.Errorf("seed %d stage %d: %+v", seed, j, sum)
		}
	}
}

// However many parts the logs are folded in, the result is the same.
func TestParts(t *testing.T) {
	for seed := range uint64(5) {
		b := randomBook(t, seed)
		fold := func(parts int) measure.Result {
			return newAcc(b, measure.NewFrame(b), DefaultOptions()).fold(b, parts).result()
		}
		want := fold(1)
		for parts := 2; parts < 8; parts++ {
			if !reflect.DeepEqual(fold(parts), want) {
				t.Errorf("seed %d: %d parts give another result", seed, parts)
			}
		}
	}
}

// onlyAsked reports whether a value is given to who asks for it alone.
func onlyAsked(v measure.Value) bool {
	return v.Metric == "funnel.days_quantile" && (v.N < fewestInBox || !v.OK)
}

// A narrowed frame gives the values that the whole frame gives for its slot,
// and those that are not offered of few deals.
func TestNarrowed(t *testing.T) {
	b := randomBook(t, 3)
	f := measure.NewFrame(b)
	whole := map[measure.Slot][]measure.Value{}
	for _, v := range compute(b, DefaultOptions()).Values {
		whole[v.Slot] = append(whole[v.Slot], v)
	}
	for n := range b.Org.Nodes {
		for _, p := range f.Wanted(crm.NodeNo(n), true) {
			s := measure.Slot{Scope: crm.NodeNo(n), Period: p}
			if got := slices.DeleteFunc(Compute(b, f.Narrowed(s), DefaultOptions()).Values, onlyAsked); !reflect.DeepEqual(got, whole[s]) {
				t.Errorf("%s in %s: %d values, want %d", b.Org.Nodes[n].ID, p.Name, len(got), len(whole[s]))
			}
			for _, v := range Compute(b, f.NarrowedWithReps(s), DefaultOptions()).Values {
				w := whole[v.Slot] // of reps, only near periods are there
				if v.Slot.Period != p || w != nil && !onlyAsked(v) && !slices.ContainsFunc(w, func(w measure.Value) bool { return reflect.DeepEqual(v, w) }) {
					t.Errorf("with reps: %+v is not among the values of the whole", v)
				}
			}
		}
	}
}

// What a scope wants are the first of the frame's periods: tallies count on it.
func TestWantedComeFirst(t *testing.T) {
	b := randomBook(t, 1)
	f := measure.NewFrame(b)
	check := func(f *measure.Frame) {
		t.Helper()
		for n := range b.Org.Nodes {
			wanted, periods := f.Wanted(crm.NodeNo(n), true), f.Periods()
			if len(wanted) > len(periods) || !slices.Equal(wanted, periods[:len(wanted)]) {
				t.Errorf("%s wants %v of %v", b.Org.Nodes[n].ID, wanted, periods)
			}
		}
	}
	check(f)
	for _, p := range f.Periods() {
		check(f.Narrowed(measure.Slot{Scope: crm.Root, Period: p}))
		check(f.NarrowedWithReps(measure.Slot{Scope: crm.Root, Period: p}))
	}
}

// No time is counted twice: the stints of a unit fit between its first row and
// the as-of day, and every passage is at most as long.
func checkStays(t *testing.T, r *rules, u *unit) {
	t.Helper()
	var total int64
	for _, d := range u.dwell {
		if d < 0 {
			t.Errorf("a negative stint: %+v", u)
		}
		total += d
	}
	life := int64(r.horizon() - u.first.at)
	if total > life {
		t.Errorf("%d s in stages of %d: %+v", total, life, u)
	}
	for j := crm.Stage(1); j <= min(u.depth, r.stages()); j++ {
		if s, _ := u.stay(r, j); s < 0 || s > life {
			t.Errorf("%d s in stage %d of %d", s, j, life)
		}
	}
}

// what counts adds up from the children of a unit and, for reps, over
// the tree; every ratio stays in its bounds.
func TestLevelsAddUp(t *testing.T) {
	for seed := range uint64(seeds) {
		b := randomBook(t, seed)
		r := compute(b, DefaultOptions())
		type cell struct{ metric, period, key string }
		byScope := map[crm.NodeNo]map[cell]measure.Value{}
		for _, v := range r.Values {
			if byScope[v.Slot.Scope] == nil {
				byScope[v.Slot.Scope] = map[cell]measure.Value{}
			}
			byScope[v.Slot.Scope][cell{v.Metric, v.Slot.Period.Name, v.Key}] = v
			checkValue(t, v)
		}
		for k, whole := range byScope[crm.Root] {
			if !additive[whole.Metric] {
				continue
			}
			var num, den, n int64
			for i, node := range b.Org.Nodes {
				if node.Level != crm.RepLevel && node.Parent == crm.Root {
					v := byScope[crm.NodeNo(i)][k]
					num, den, n = num+v.Num, den+v.Den, n+v.N
				}
			}
			count := whole.Den == 1 && den != 1 // counts and money have no denominator to add
			if num != whole.Num || n != whole.N || (den != whole.Den && !count) {
				t.Errorf("seed %d: %v is %d/%d of %d, its teams %d/%d of %d", seed, k, whole.Num, whole.Den, whole.N, num, den, n)
			}
		}
		if n := len(r.Lists[0].Rows); int64(n) != byScope[crm.Root][cell{"funnel.stalled", "2024", ""}].Num {
			t.Errorf("seed %d: %d stalled deals listed", seed, n)
		}
	}
}

// additive are the metrics whose parts add up (of two medians,
// velocities or orders of reasons there is no sum), shares those that cannot be more than 1.
var additive, shares = kinds()

func kinds() (additive, shares map[string]bool) {
	additive, shares = map[string]bool{}, map[string]bool{}
	for _, d := range Definitions() {
		additive[d.ID] = d.Kind != measure.Score && d.ID != "funnel.velocity_per_day" && !strings.HasSuffix(d.ID, "_pareto")
		shares[d.ID] = d.Unit == measure.UnitPercent && d.ID != "funnel.step_conversion_value"
	}
	return additive, shares
}

func checkValue(t *testing.T, v measure.Value) {
	t.Helper()
	if v.Bounds != nil && !(v.Bounds.Lo.V <= v.V+1e-12 && v.V <= v.Bounds.Hi.V+1e-12) {
		t.Errorf("%s %s: %g outside [%g, %g]", v.Metric, v.Key, v.V, v.Bounds.Lo.V, v.Bounds.Hi.V)
	}
	if v.CI != nil && !(v.CI.Lo.V <= v.V+1e-12 && v.V <= v.CI.Hi.V+1e-12) {
		t.Errorf("%s %s: %g outside its interval %+v", v.Metric, v.Key, v.V, v.CI)
	}
	if v.CI != nil && flagged(v, "immature") {
		t.Errorf("%s %s: an interval of an immature value", v.Metric, v.Key)
	}
	if shares[v.Metric] && v.OK && (v.V < 0 || v.V > 1+1e-12) {
		t.Errorf("%s %s = %g", v.Metric, v.Key, v.V)
	}
}

// The order of rows within a deal does not matter, nor which of two equal runs
// it is.
func TestOrderOfRows(t *testing.T) {
	for seed := range uint64(10) {
		b := randomBook(t, seed)
		want := compute(b, DefaultOptions())
		r := rand.New(rand.NewPCG(seed, 3))
		r.Shuffle(len(b.Stages), func(i, j int) { b.Stages[i], b.Stages[j] = b.Stages[j], b.Stages[i] })
		slices.SortStableFunc(b.Stages, func(x, y crm.StageEntry) int { return cmp.Compare(x.Deal, y.Deal) })
		if got := compute(b, DefaultOptions()); !reflect.DeepEqual(got, want) {
			t.Errorf("seed %d: shuffled rows give another result", seed)
		}
	}
}

// What is told apart comes to the whole: lost deals by reason, competitor and
// stage, open ones by expected close, a cohort by fate; and its three shares to 1.
func TestPartsAreTheWhole(t *testing.T) {
	whole := map[string]string{"lost_by_reason": "lost", "lost_by_competitor": "lost", "lost_by_stage": "lost",
		"open_by_close": "open", "open_amount_by_close": "open_amount", "cohort_fate": "cohort_step_conversion"}
	for seed := range uint64(seeds) {
		b := randomBook(t, seed)
		r := compute(b, DefaultOptions())
		type at struct {
			metric, key string
			slot        measure.Slot
		}
		parts, shares, wholes := map[at]int64{}, map[at]float64{}, map[at]int64{}
		for _, v := range r.Values {
			id := strings.TrimPrefix(v.Metric, "funnel.")
			stage, _, _ := strings.Cut(v.Key, ",")
			switch {
			case id == "cohort_fate":
				parts[at{whole[id], stage, v.Slot}] += v.Num
			case id == "cohort_share" && v.OK:
				shares[at{id, stage, v.Slot}] += v.V
			case whole[id] != "":
				parts[at{id, "", v.Slot}] += v.Num
			case id == "cohort_step_conversion":
				wholes[at{id, v.Key, v.Slot}] = v.Den
			case v.Key == "":
				wholes[at{id, "", v.Slot}] = v.Num
			}
		}
		for k, n := range parts {
			w := k
			if to := whole[k.metric]; to != "" {
				w.metric = to
			}
			if wholes[w] != n {
				t.Errorf("seed %d: %v sums to %d, %s is %d", seed, k, n, w.metric, wholes[w])
			}
		}
		for k, sum := range shares {
			casetest.Near(t, fmt.Sprint(k), sum, 1)
		}
		if len(parts) == 0 || len(shares) == 0 {
			t.Fatalf("seed %d: nothing to add up", seed)
		}
	}
}

// what is dated after the as-of day changes nothing.
func TestFutureRows(t *testing.T) {
	for seed := range uint64(10) {
		b := randomBook(t, seed)
		want := compute(b, DefaultOptions())
		var rows []crm.StageEntry
		for i, e := range b.Stages {
			if rows = append(rows, e); i+1 == len(b.Stages) || b.Stages[i+1].Deal != e.Deal {
				e.At, e.Stage, e.Amount.Minor, e.ExpectedClose = (b.AsOf + 1).At(), crm.Won, 1, b.AsOf+9
				if e.Sequence > 0 {
					e.Sequence++
				}
				rows = append(rows, e)
			}
		}
		b.Stages = rows
		if got := compute(b, DefaultOptions()); !reflect.DeepEqual(got, want) {
			t.Errorf("seed %d: rows of tomorrow give another result", seed)
		}
	}
}
