package report

import (
	"io"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
)

// june is a company whose month of 30 days has 29 behind it: weeks end on the
// 1st, 8th, 15th, 22nd and 29th.
func june(values ...snapshot.Value) at {
	d := &snapshot.Document{AsOf: "2025-06-29", Currency: "CNY", Golden: 8, Tolerance: [2]int64{1, 10},
		Scopes:  []snapshot.Scope{{ID: "company", Level: "company"}, {ID: "N", Level: "region", Name: "N", Parent: "company"}, {ID: "S", Level: "region", Name: "S", Parent: "company"}},
		Periods: []snapshot.Period{{Name: "2025-W26", Kind: "week", Start: "2025-06-23", Last: "2025-06-29", Role: snapshot.RoleCurrent}, {Name: "2025-06", Kind: "month", Start: "2025-06-01", Last: "2025-06-30", Role: snapshot.RoleCurrent, Running: true}},
		Definitions: []measure.Definition{{ID: "forecast.actual", Kind: measure.Amount}, {ID: "forecast.target", Kind: measure.Amount}, {ID: "forecast.landing", Kind: measure.Amount},
			{ID: "forecast.landing_share", Kind: measure.Ratio, Unit: measure.UnitPercent}, {ID: "forecast.attainment", Kind: measure.Ratio, Unit: measure.UnitPercent},
			{ID: "funnel.cohort_step_conversion", Kind: measure.Ratio, Unit: measure.UnitPercent}, {ID: "funnel.reached", Kind: measure.Count}},
		Values: snapshot.ValuesOf(values)}
	for name, start := range map[string]string{"2025-W22": "2025-05-26", "2025-W23": "2025-06-02", "2025-W24": "2025-06-09", "2025-W25": "2025-06-16"} {
		d.Periods = append(d.Periods, snapshot.Period{Name: name, Kind: "week", Start: start, Role: snapshot.RoleBefore})
	}
	x := newIndex(d)
	return x.at(&d.Scopes[0], "month")
}

func money(metric, period string, yuan int64) snapshot.Value {
	return snapshot.Value{Metric: metric, Scope: "company", Period: period, Num: yuan * 100, Den: 1, V: float64(yuan * 100), OK: true, Final: true, Currency: "CNY"}
}

// 1,000 came in by the 29th; 100, 200, 300 and 250 of it in the weeks after the
// first, so 150 by the 1st: 150, 250, 450, 750, 1,000.
func TestCourse(t *testing.T) {
	a := june(money("forecast.actual", "2025-06", 1000), money("forecast.actual", "2025-W22", 900), money("forecast.actual", "2025-W23", 100), money("forecast.actual", "2025-W24", 200),
		money("forecast.actual", "2025-W25", 300), money("forecast.actual", "2025-W26", 250))
	marks, days := a.course("forecast.actual")
	want := []mark{{0, 0}, {1, 15000}, {8, 25000}, {15, 45000}, {22, 75000}, {29, 100000}}
	if !reflect.DeepEqual(marks, want) || days != 30 {
		t.Errorf("%v of %d days, want %v of 30", marks, days, want)
	}
}

// A verdict stands only where the range leaves no doubt.
func TestLanding(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		want   string
	}{{0.9, 1.1, "too close to call"}, {1, 1.2, "the target is in reach"}, {0.8, 0.99, "the target will be missed as things go"}} {
		landing := money("forecast.landing", "2025-06", 950)
		landing.Final, landing.CI = false, &[2]snapshot.Bound{&[]float64{c.lo * 1e5}[0], &[]float64{c.hi * 1e5}[0]}
		share := snapshot.Value{Metric: "forecast.landing_share", Scope: "company", Period: "2025-06", Num: 95, Den: 100, V: 0.95, OK: true, CI: &[2]snapshot.Bound{&c.lo, &c.hi}}
		a := june(money("forecast.actual", "2025-06", 700), money("forecast.target", "2025-06", 1000), landing, share)
		s := a.landingSentence()
		if got := s.Lines[0].args[4].text.EN; got != c.want {
			t.Errorf("range %v to %v: %q, want %q", c.lo, c.hi, got, c.want)
		}
		if got := s.Lines[0].args[3].text.EN; got != "95.0%" {
			t.Errorf("share %q", got)
		}
	}
}

// The unit that explains most of a leak is named only where its interval is
// clear of the common rate: of N 30 of 100 get through, of S 50 of 100.
func TestLeakExplained(t *testing.T) {
	step := func(scope string, k, n int64, hi float64) snapshot.Value {
		lo := 0.1
		return snapshot.Value{Metric: "funnel.cohort_step_conversion", Scope: scope, Period: "2025-06", Key: "stage=a", Num: k, Den: n, V: float64(k) / float64(n), OK: true, N: n, CI: &[2]snapshot.Bound{&lo, &hi}}
	}
	reached := snapshot.Value{Metric: "funnel.reached", Scope: "company", Period: "2025-06", Key: "stage=a", Num: 200, Den: 1, V: 200, OK: true}
	for hi, want := range map[float64]string{0.39: "N", 0.41: ""} {
		whole := step("company", 80, 200, 0.5)
		whole.Flags = []string{"weakest"}
		a := june(reached, whole, step("N", 30, 100, hi), step("S", 50, 100, 0.6))
		s := a.leakSentence()
		last := s.Lines[len(s.Lines)-1]
		if want == "" {
			if len(last.args) != 0 || !strings.Contains(last.en, "beyond chance") {
				t.Errorf("with %v: %+v", hi, last)
			}
			continue
		}
		if last.args[0].text.EN != want || last.args[2].text.EN != "10" { // 100 × (0.4 − 0.3)
			t.Errorf("with %v: %+v", hi, last.args)
		}
	}
}

// Of 480 valid visits 75 signed: 0.15625. With 40 visits a rep is off by chance
// by 3.0902 · √(0.15625 · 0.84375 / 40) = 0.1774 at most; 20 of 40 is beyond, 5
// of 40 is not. Nine visits are too few to be drawn.
func TestSellers(t *testing.T) {
	var values []snapshot.Value
	add := func(rep string, visits, signings int64) {
		for metric, n := range map[string]int64{"conversion.valid_visits": visits, "conversion.signings": signings} {
			values = append(values, snapshot.Value{Metric: metric, Scope: rep, Period: "2025-06", Num: n, Den: 1, V: float64(n), OK: true, Final: true})
		}
	}
	var reps []snapshot.Scope
	for i := range 12 {
		id := "r" + string(rune('a'+i))
		reps = append(reps, snapshot.Scope{ID: id, Level: "rep", Name: id, Parent: "N"})
		add(id, 40, map[bool]int64{true: 20, false: 5}[i == 3])
	}
	a := june(values...)
	d := a.d
	d.Scopes = append(d.Scopes, reps...)
	x := newIndex(d)
	all, common, few := x.at(&d.Scopes[0], "month").sellers()
	if len(all) != 12 || common != 75./480 || few != 0 {
		t.Fatalf("%d sellers at %v, %d with too few visits", len(all), common, few)
	}
	for _, s := range all {
		if want := map[bool]int{true: 1, false: 0}[s.scope.ID == "rd"]; s.out != want {
			t.Errorf("%s is %d, want %d", s.scope.ID, s.out, want)
		}
	}
}

// Only what the whole's rate is not within is coloured, deeper each 5 points.
func TestHeat(t *testing.T) {
	value := func(v, lo, hi float64) *snapshot.Value {
		return &snapshot.Value{Metric: "funnel.cohort_step_conversion", V: v, Num: 1, Den: 2, OK: true, CI: &[2]snapshot.Bound{&lo, &hi}}
	}
	a, whole := june(), value(0.4, 0.35, 0.45)
	for _, c := range []struct {
		v    *snapshot.Value
		want string
	}{{value(0.5, 0.38, 0.6), ""}, {value(0.5, 0.41, 0.6), "hi3"}, {value(0.42, 0.41, 0.43), "hi1"}, {value(0.34, 0.3, 0.39), "lo2"}} {
		if got := a.heat(c.v, whole, false).Tone; got != c.want {
			t.Errorf("%v: %q, want %q", c.v.V, got, c.want)
		}
	}
}

// A page comes of whatever a document lacks: values, intervals, denominators,
// lists and their cells.
func TestPageOfWhatIsThere(t *testing.T) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 9))
		d := sample()
		var kept []snapshot.Value
		for v := range d.Values.All() {
			if r.IntN(3) == 0 {
				continue
			}
			if r.IntN(3) == 0 {
				v.CI, v.Bounds = nil, nil
			}
			if r.IntN(8) == 0 {
				v.OK, v.Den, v.V = false, 0, 0
			}
			kept = append(kept, v)
		}
		d.Values = snapshot.ValuesOf(kept)
		for i := range d.Lists {
			for j := range d.Lists[i].Rows {
				if cells := d.Lists[i].Rows[j].Cells; r.IntN(4) == 0 {
					d.Lists[i].Rows[j].Cells = cells[:r.IntN(len(cells)+1)]
				}
			}
		}
		if err := Page(io.Discard, d, Options{}); err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
	}
}
