package forecast

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/casetest"
	"crmreport/metrics/measure"
)

// valueBook is examples/forecast/accuracy_measures with what managers and the
// head made of each rep's forecast: every rep is alone in a team, whose amount
// is the manager's, and the team alone in an area, whose amount is the head's.
func valueBook(t *testing.T) *maker {
	m := accuracyBook(t, "2024-06-30")
	m.spells = nil
	for _, s := range []string{"S1", "S2", "S3", "S4"} {
		m.person(s, crm.Seller, "T"+s, "A"+s, "", "", "")
	}
	for _, r := range casetest.CSV(t, "accuracy_measures", "forecasts.csv") {
		unit := "A" + r["rep_id"]
		if r["manager_forecast"] != "" {
			m.forecast(r["period"], unit+"/T"+r["rep_id"], r["period"]+"-01T10:00", r["manager_forecast"], "")
		}
		m.forecast(r["period"], unit, r["period"]+"-01T10:00", r["head_forecast"], "")
	}
	return m
}

// both tables of the case, through the book.
func TestForecastValueAdded(t *testing.T) {
	type table struct {
		Wape map[string]float64
		FVA  map[string]float64
		Same int64 `json:"same_rows_n"`
	}
	var want struct {
		Rep   table `json:"fva_rep_level_wape"`
		Total table `json:"fva_team_total_netted"`
	}
	casetest.JSON(t, &want, "accuracy_measures", "expected.json")
	g := valueBook(t).compute(three())
	steps := []struct{ in, is string }{{"naive", "naive"}, {"rep", "rep"}, {"manager", "team"}, {"head", "area"}}
	for level, w := range map[string]table{"rep": want.Rep, "total": want.Total} {
		if len(w.Wape) != 4 || len(w.FVA) != 3 {
			t.Fatal("no cases")
		}
		for i, k := range steps {
			wape := w.Wape[k.in]
			name := "company 2024-06 last=3,level=" + level + ",step=" + k.is
			g.real("step_error "+name, &wape)
			if i == 0 {
				g.absent("value_added " + name)
				continue
			}
			fva, ok := w.FVA[steps[i-1].in+"->"+k.in]
			if !ok {
				t.Fatalf("no value added by %s", k.in)
			}
			g.real("value_added "+name, &fva)
			if n := g.at("value_added " + name).N; n != want.Rep.Same {
				t.Errorf("%s rests on %d rows, want %d", name, n, want.Rep.Same)
			}
		}
		g.absent("step_error company 2024-06 last=3,level=" + level + ",step=region") // nobody adjusted there
		g.absent("step_error company 2024-06 last=3,level=" + level + ",step=company")
	}
	// A rep sees the first two steps: S1 is off 1, .01, .99 naive and 5, 5.01, 4.
	g.parts("step_error S1 2024-06 last=3,level=rep,step=naive", 200, 13399)
	g.parts("value_added S1 2024-06 last=3,level=rep,step=rep", 200-1401, 13399)
	g.absent("step_error S1 2024-06 last=3,level=total,step=rep")
	g.absent("step_error S1 2024-06 last=3,level=rep,step=team")
}

// By hand: F = 100 and 50; indices .5 and 1 of the reps, .8 of the team, an
// amount of 60 of the area for 72 handed up to it; the head multiplies with 2.
// Actual 40 and 40, naive 30 and 10.
//
//	naive 30 10: 10 + 30 = 40, total 40    rep  100  50: 60 + 10 = 70, total 70
//	team  50 50: 10 + 10 = 20, total 20    area  30  30: 10 + 10 = 20, total 20
//	company 60 60: 20 + 20 = 40, total 40 (the area's amount stands instead of an index)
func TestStepsOfACascade(t *testing.T) {
	m := newMaker(t, "2024-06-30")
	for _, s := range []string{"S", "U"} {
		m.person(s, crm.Seller, "T", "A", "", "", "")
		m.contract("is"+s, s, "2024-06-10", "40", crm.New)
	}
	m.contract("wasS", "S", "2024-05-10", "30", crm.New)
	m.contract("wasU", "U", "2024-05-10", "10", crm.New)
	at := "2024-06-01T09:00"
	m.forecast("2024-06", "S", at, "100", "")
	m.forecast("2024-06", "U", at, "50", "")
	m.index("2024-06", "S", at, "0.5")
	m.index("2024-06", "A/T", at, "0.8")
	m.forecast("2024-06", "A", at, "60", "")
	m.index("2024-06", "company", at, "2")
	g := m.compute(DefaultOptions())
	for step, want := range map[string]int64{"naive": 40, "rep": 70, "team": 20, "area": 20, "company": 40} {
		for _, level := range []string{"rep", "total"} {
			g.parts("step_error company 2024-06 level="+level+",step="+step, 100*want, 8000)
		}
	}
	g.parts("value_added company 2024-06 level=rep,step=team", 5000, 8000)
	g.parts("value_added company 2024-06 level=rep,step=company", -2000, 8000)
	g.absent("step_error A/T 2024-06 level=rep,step=area")
	g.parts("step_error A/T 2024-06 level=rep,step=team", 2000, 8000)
}

// The naive forecast is last year's month once the rep has one, else the month
// before; without a signing by then the row leaves every step.
func TestNaive(t *testing.T) {
	m := newMaker(t, "2024-06-30")
	for _, s := range []string{"old", "young", "fresh"} {
		m.person(s, crm.Seller, "T", "", "", "", "")
		m.forecast("2024-06", s, "2024-06-01T09:00", "10", "")
		m.contract("now"+s, s, "2024-06-20", "10", crm.New)
	}
	m.contract("a", "old", "2023-06-30", "7", crm.New)
	m.contract("b", "old", "2024-05-10", "4", crm.New)
	m.contract("c", "young", "2023-07-01", "9", crm.New)
	m.contract("d", "young", "2024-05-10", "4", crm.New)
	o := DefaultOptions()
	o.TrailingMonths = 1
	g := m.compute(o)
	g.parts("step_error old 2024-06 last=1,level=rep,step=naive", 300, 1000)
	g.parts("step_error young 2024-06 last=1,level=rep,step=naive", 600, 1000)
	g.absent("step_error fresh 2024-06 last=1,level=rep,step=naive")
	g.parts("step_error T 2024-06 last=1,level=rep,step=rep", 0, 2000)
}

// Of random cascades: what the rows of a unit come to at its own step is what
// reached it, or the amount that it gave.
func TestStepsConserve(t *testing.T) {
	checked := 0
	for seed := range uint64(6) {
		m := randomMaker(t, seed)
		r := rand.New(rand.NewPCG(seed, 3))
		for _, month := range []string{"2025-01", "2025-02"} {
			for i := range 4 {
				m.index(month, fmt.Sprintf("S%02d", i), month+"-01T09:00", fmt.Sprintf("0.%02d", 10+r.IntN(89)))
			}
		}
		b := m.book()
		rd, acc := newReader(b, measure.NewFrame(b), DefaultOptions()), &Acc{}
		acc.init()
		rd.signedLines(acc.Add)
		rd.planLines(acc.Add)
		for k := range acc.Seats { // everybody has signed before, so that no row is left out
			acc.Signed.Add(crm.LeafNo(k.No), day(t, "2020-01-15"), Signed{New: 1})
		}
		given := map[Key]bool{} // by unit: somebody below forecast
		for k, p := range acc.Seats {
			for _, n := range b.Org.Path(crm.LeafNo(k.No)) {
				given[Key{int32(n), k.Kind, k.Start, 0}] = given[Key{int32(n), k.Kind, k.Start, 0}] || p.Submission.Given()
			}
		}
		for k, p := range acc.Scopes { // an amount of a unit without forecasts has no row to be shared out to
			if p.Submission.Given() && !given[k] {
				delete(acc.Scopes, k)
			}
		}
		board := newBoard(rd, acc, true)
		for n, row := range board.cells {
			for p, c := range row {
				if b.Org.Nodes[n].Level == crm.RepLevel || c == nil || c.valued == nil || c.handed == nil {
					continue
				}
				own, want := &c.valued.above[len(c.valued.above)-1], &c.handed.base
				if n == crm.Root || board.plan(n, board.periods[p]).Submission.Given() {
					want = &c.handed.up
				}
				if own.sum.Cmp(want) != 0 {
					t.Errorf("seed %d, %s in %s: rows come to %s, handed up %s", seed, b.Org.Nodes[n].ID, board.periods[p].Name, own.sum.RatString(), want.RatString())
				}
				checked++
			}
		}
	}
	if checked < 20 {
		t.Fatalf("only %d cells", checked)
	}
}
