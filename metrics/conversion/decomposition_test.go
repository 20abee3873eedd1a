package conversion

import (
	"math"
	"strconv"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/casetest"
)

// wantEffects is a decomposition in expected.json.
type wantEffects struct {
	Quantity, Quality, Conversion, Delta, Total float64
	Zero                                        bool       `json:"zero_case"`
	Shapley                                     [3]float64 `json:"alt_shapley"`
}

// wantFactors is a side of a decomposition in expected.json.
type wantFactors struct{ Visits, Valid, Signings float64 }

func (w wantFactors) factors() Factors { return Factors{w.Visits, w.Valid, w.Signings} }

func demand(t *testing.T, what string, got Effects, q, v, c float64) {
	t.Helper()
	casetest.Near(t, what+" quantity", got.Quantity, q)
	casetest.Near(t, what+" quality", got.Quality, v)
	casetest.Near(t, what+" conversion", got.Conversion, c)
}

// factorsOf reads rep_id,visits,valid,signings.
func factorsOf(t *testing.T, file string) map[string]Factors {
	out := map[string]Factors{}
	for _, r := range casetest.CSV(t, "lmdi_decomposition", file) {
		var f Factors
		for col, x := range map[string]*float64{"visits": &f.N, "valid": &f.V, "signings": &f.S} {
			n, err := strconv.ParseFloat(r[col], 64)
			if err != nil {
				t.Fatal(err)
			}
			*x = n
		}
		out[r["rep_id"]] = f
	}
	return out
}

func (f Factors) and(o Factors) Factors { return Factors{f.N + o.N, f.V + o.V, f.S + o.S} }

func TestLMDICase(t *testing.T) {
	var want struct {
		Reps   map[string]wantEffects
		Sum    wantEffects `json:"team_sum_of_reps"`
		Totals wantEffects `json:"team_from_team_totals_only"`
		Base   wantFactors `json:"base_total"`
		Actual wantFactors `json:"actual_total"`
		Total  float64     `json:"expected_total"`
	}
	casetest.JSON(t, &want, "lmdi_decomposition", "expected.json")
	base, actual := factorsOf(t, "base.csv"), factorsOf(t, "actual.csv")
	if len(want.Reps) != 5 {
		t.Fatal("the case has five reps")
	}
	var sum Effects
	var b0, a0 Factors
	for _, id := range []string{"R1", "R2", "R3", "R4", "R5"} {
		w := want.Reps[id]
		e, zero := LMDI(base[id], actual[id])
		demand(t, id, e, w.Quantity, w.Quality, w.Conversion)
		casetest.Near(t, id+" change", e.Quantity+e.Quality+e.Conversion, w.Delta)
		if zero != w.Zero {
			t.Errorf("%s: zero case %v", id, zero)
		}
		demand(t, id+" Shapley", Shapley(base[id], actual[id]), w.Shapley[0], w.Shapley[1], w.Shapley[2])
		sum = sum.plus(e)
		b0, a0 = b0.and(base[id]), a0.and(actual[id])
	}
	demand(t, "team", sum, want.Sum.Quantity, want.Sum.Quality, want.Sum.Conversion)
	casetest.Near(t, "team change", sum.Quantity+sum.Quality+sum.Conversion, want.Sum.Total)
	casetest.Near(t, "expected total", want.Sum.Total, want.Total)
	if b0 != want.Base.factors() || a0 != want.Actual.factors() {
		t.Errorf("totals %v and %v, want %v and %v", b0, a0, want.Base, want.Actual)
	}
	e, _ := LMDI(b0, a0)
	demand(t, "totals only", e, want.Totals.Quantity, want.Totals.Quality, want.Totals.Conversion)
	casetest.Near(t, "totals only, change", e.Quantity+e.Quality+e.Conversion, want.Totals.Total)
}

// Ang 2005: two sectors, activity 50 → 80 of which 10 → 40 and 40 → 40, energy
// 30 → 80 and 20 → 16. Activity, structure and intensity are N, V/N and S/V.
func TestLMDIAng(t *testing.T) {
	var want struct {
		Activity, Structure, Intensity, Total float64
		Rounded                               [3]float64
	}
	casetest.JSON(t, &want, "lmdi_ang2005", "expected.json")
	one, _ := LMDI(Factors{50, 10, 30}, Factors{80, 40, 80})
	two, _ := LMDI(Factors{50, 40, 20}, Factors{80, 40, 16})
	sum := one.plus(two)
	demand(t, "Ang", sum, want.Activity, want.Structure, want.Intensity)
	for i, x := range []float64{sum.Quantity, sum.Quality, sum.Conversion} { // as the paper prints them
		casetest.Near(t, "Ang, rounded", math.Round(x*10)/10, want.Rounded[i])
	}
	casetest.Near(t, "Ang total", sum.Quantity+sum.Quality+sum.Conversion, want.Total)
}

func TestLMDIZeros(t *testing.T) {
	for _, c := range []struct {
		what         string
		base, actual Factors
		want         Effects
		zero         bool
	}{
		{"nothing at all", Factors{}, Factors{}, Effects{}, false},
		{"nothing signed on either side (R-1.29)", Factors{80, 20, 0}, Factors{40, 0, 0}, Effects{}, false},
		{"no change", Factors{80, 16, 2}, Factors{80, 16, 2}, Effects{}, false},
		{"new rep", Factors{}, Factors{80, 16, 2}, Effects{Quantity: 2}, true},
		{"leaver", Factors{80, 16, 2}, Factors{}, Effects{Quantity: -2}, true},
		{"no valid visit any more", Factors{80, 16, 2}, Factors{80, 0, 0}, Effects{Quality: -2}, true},
		{"no valid visit before", Factors{80, 0, 0}, Factors{80, 16, 2}, Effects{Quality: 2}, true},
		{"valid visits that no longer sign", Factors{80, 16, 2}, Factors{80, 16, 0}, Effects{Conversion: -2}, true},
		{"signed without a valid visit (R-1.41)", Factors{80, 16, 2}, Factors{80, 0, 3}, Effects{Conversion: 1}, true},
		{"signed without a visit, from nothing (R-1.41)", Factors{}, Factors{0, 0, 1}, Effects{Conversion: 1}, true},
		{"signed without a valid visit before (R-1.41)", Factors{0, 0, 3}, Factors{80, 16, 2}, Effects{Conversion: -1}, true},
		// ln 2 · L(4, 2) = 2: only the number of visits doubled.
		{"twice the visits", Factors{40, 10, 2}, Factors{80, 20, 4}, Effects{Quantity: 2}, false},
		{"half of them valid", Factors{40, 20, 4}, Factors{40, 10, 2}, Effects{Quality: -2}, false},
		{"half of them sign", Factors{40, 20, 4}, Factors{40, 20, 2}, Effects{Conversion: -2}, false},
	} {
		e, zero := LMDI(c.base, c.actual)
		demand(t, c.what, e, c.want.Quantity, c.want.Quality, c.want.Conversion)
		if zero != c.zero {
			t.Errorf("%s: zero case %v", c.what, zero)
		}
		s := Shapley(c.base, c.actual)
		casetest.Near(t, c.what+": Shapley sums to the change", s.Quantity+s.Quality+s.Conversion, c.actual.S-c.base.S)
	}
}

// The plan of one rep in the week of Monday 2025-03-03 with Tuesday off: 4 days
// ask for 32 visits, 8 of them valid, 1 signing. 16 visits, 4 valid, 1 signing
// against it: L(1, 1) = 1, so ln ½, ln 1 and ln 2. The week before has the
// same numbers twice: 32, 8, 2 → L(1, 2) = 1/ln 2, so −1, 0 and 0.
func TestEffectsOfBook(t *testing.T) {
	const ln2 = 0.6931471805599453
	d := &draft{}
	d.stay("R1", "T1", "2025-01-01", "")
	d.roster = append(d.roster, crm.RosterDay{Rep: 0, Date: day("2025-03-04"), Work: false})
	fill := func(monday string, visits, valid int) {
		for i := range visits {
			v := d.visit("R1", "C"+strconv.Itoa(i), (day(monday)).String()+"T09:00")
			v.At += crm.Stamp(86400 * (i % 5))
			if i >= valid {
				v.Pitched = crm.No
			}
		}
	}
	fill("2025-02-24", 32, 8)
	fill("2025-03-03", 16, 4)
	d.sign("K1", "R1", "C0", "2025-02-27")
	d.sign("K2", "R1", "C1", "2025-02-27")
	d.sign("K3", "R1", "C1", "2025-03-07")
	g, _ := compute(t, d.done("2025-03-09"))
	for _, scope := range []string{"company", "G1", "G1/A1", "G1/A1/T1", "R1"} {
		const week = "2025-W10"
		g.count(planVisitsID, scope, week, 32, 1)
		g.count(planValidID, scope, week, 8, 1)
		g.count(planSigningsID, scope, week, 8, 8)
		for key, want := range map[string]Effects{basePlan: {-ln2, 0, ln2}, basePrevious: {-1, 0, 0}} {
			got := Effects{g.keyed(quantityID, scope, week, key).V, g.keyed(qualityID, scope, week, key).V, g.keyed(conversionID, scope, week, key).V}
			demand(t, scope+" "+key, got, want.Quantity, want.Quality, want.Conversion)
		}
	}
	// March so far has the week alone; January and February are before it.
	if v := g.at(planVisitsID, "R1", "2025-03"); v.Num != 32 || !v.Open || v.N != 4 {
		t.Errorf("plan of the running month: %+v", v)
	}
	if _, ok := g.values[address{quantityShareID, "company", "2025-W10", basePlan}]; ok {
		t.Error("a Shapley split without a zero case")
	}
	// The running month against the first days of February, which had nothing.
	if v := g.keyed(quantityID, "R1", "2025-03", basePrevious); !has(v, "zero_case") || v.V != 1 {
		t.Errorf("month against nothing: %+v", v)
	}
	casetest.Near(t, "Shapley of the same", g.keyed(quantityShareID, "R1", "2025-03", basePrevious).V, 1)
}

// what a rep did before and no longer does is lost in the
// company's number, so it is in the rep's. Of February's first 8 working days R1 signed
// 1 of 2 visits and is gone in March: −1, all of it quantity. R2 signs 1 of 4 in
// both, half of them valid now instead of all: L(1, 1)·ln ½ and ln 2.
func TestEffectsOfWhoLeft(t *testing.T) {
	const ln2 = 0.6931471805599453
	d := &draft{}
	for i := range 2 {
		d.visit("R1", "C"+strconv.Itoa(i), "2025-02-03T09:00")
	}
	d.sign("K1", "R1", "C0", "2025-02-04")
	for i, on := range []string{"2025-02-05", "2025-03-05"} {
		for j := range 4 {
			v := d.visit("R2", "D"+strconv.Itoa(4*i+j), on+"T09:00")
			if i == 1 && j > 1 {
				v.Pitched = crm.No
			}
		}
		d.sign("L"+strconv.Itoa(i), "R2", "D"+strconv.Itoa(4*i), on)
	}
	g, _ := compute(t, d.done("2025-03-12"))
	for scope, want := range map[string]Effects{"R1": {-1, 0, 0}, "R2": {0, -ln2, ln2}, "company": {-1, -ln2, ln2}} {
		const month = "2025-03"
		got := Effects{g.keyed(quantityID, scope, month, basePrevious).V, g.keyed(qualityID, scope, month, basePrevious).V, g.keyed(conversionID, scope, month, basePrevious).V}
		demand(t, scope, got, want.Quantity, want.Quality, want.Conversion)
	}
	if !has(g.keyed(quantityID, "R1", "2025-03", basePrevious), "zero_case") {
		t.Error("a leaver is no zero case")
	}
	if _, ok := g.values[address{visitsID, "R1", "2025-03", ""}]; ok {
		t.Error("R1 has visits in March")
	}
}
