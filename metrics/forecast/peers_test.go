package forecast

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/casetest"
	"crmreport/metrics/measure"
)

func alike(x, y float64) bool { return math.Abs(x-y) <= 1e-9*max(1, math.Abs(y)) }

// The rest of examples/forecast/accuracy_measures: the scale of MASE, who is
// missing, and the band of R-3.8's text (40 to 60), which is not the rule's.
func TestAccuracyMeasuresRest(t *testing.T) {
	var want struct {
		Reps map[string]struct {
			Scale float64 `json:"mase_lag1_scale"`
		}
		Missing   []string `json:"missing_forecasts"`
		Ambiguity struct {
			Forecast int64
			Hit      []int64 `json:"hit_band_10pct"`
			Text     []int64 `json:"text_band_in_seed"`
		} `json:"seed_ambiguity"`
	}
	casetest.JSON(t, &want, "accuracy_measures", "expected.json")
	actuals := map[string][]int64{}
	m := newMaker(t, "2024-06-30")
	for _, r := range casetest.CSV(t, "accuracy_measures", "history.csv") {
		actuals[r["rep_id"]] = append(actuals[r["rep_id"]], m.minor(r["actual"]))
	}
	if len(want.Reps) != 4 || len(want.Missing) != 1 {
		t.Fatal("no cases")
	}
	for rep, w := range want.Reps {
		one, ok := mase([]int64{100}, actuals[rep], 1) // an error of 1 over the scale
		if !ok || !alike(1/one, w.Scale) {
			t.Errorf("%s: a scale of %v, want %v", rep, 1/one, w.Scale)
		}
	}
	for _, month := range []string{"2024-04-30", "2024-05-31", "2024-06-30"} {
		g := accuracyBook(t, month).compute(three())
		for rep := range want.Reps {
			name := rep + " " + month[:7]
			if missing := name == want.Missing[0]; g.at("submitted "+name).OK == missing {
				t.Errorf("%s: missing is not %v", name, missing)
			}
		}
	}
	a := want.Ambiguity
	for _, c := range []struct {
		tolerance crm.Decimal
		band      []int64
	}{{crm.One / 10, a.Hit}, {crm.One / 5, a.Text}} {
		for i, edge := range c.band {
			outside := edge + int64(2*i-1)
			if !withinMinor(c.tolerance, pair{a.Forecast, edge}) || withinMinor(c.tolerance, pair{a.Forecast, outside}) {
				t.Errorf("%s of %d does not end at %d", c.tolerance, a.Forecast, edge)
			}
		}
	}
}

// The rest of examples/forecast/snapshot_selection: who is missing, and what
// other tools would say of S1. Ours says 95, not their numbers.
func TestWhatPeersWouldSay(t *testing.T) {
	type said struct {
		Forecast, Accuracy float64
		Hit                *bool
	}
	var want struct {
		Participation struct {
			Expected, Missing int64
			OnTime            int64 `json:"on_time"`
			Late              int64 `json:"late_only"`
		}
		Peers map[string]map[string]json.RawMessage `json:"peers_would_say"`
	}
	casetest.JSON(t, &want, "snapshot_selection", "expected.json")
	saying := func(peer, what string, into any) {
		if err := json.Unmarshal(want.Peers[peer][what], into); err != nil {
			t.Fatal(err)
		}
	}
	var hubspot, lastSaid said
	var gong float64
	saying("HubSpot (average of submissions)", "S1", &hubspot)
	saying("last submission before period end", "S1", &lastSaid)
	saying("Gong (chosen week, forecast/actual)", "S1_week1", &gong)
	m := newMaker(t, "2024-07-31")
	for _, s := range []string{"S1", "S2", "S3", "S4"} {
		m.person(s, crm.Seller, "T", "", "", "", "")
	}
	var sum, n, last, actual int64
	for _, r := range casetest.CSV(t, "snapshot_selection", "submissions.csv") {
		m.forecast(r["period"], r["rep_id"], r["submitted_at"], r["forecast"], "")
		if r["rep_id"] == "S1" {
			last = m.minor(r["forecast"])
			sum, n = sum+last, n+1
		}
	}
	for _, r := range casetest.CSV(t, "snapshot_selection", "actuals.csv") {
		m.contract(r["rep_id"], r["rep_id"], r["period"]+"-20", r["actual"], crm.New)
		if r["rep_id"] == "S1" {
			actual = m.minor(r["actual"])
		}
	}
	g := m.compute(DefaultOptions())
	p := g.at("participation T 2024-07")
	if missing := p.Den - p.Num - g.at("late_only T 2024-07").Num; missing != want.Participation.Missing {
		t.Errorf("%d missing, want %d", missing, want.Participation.Missing)
	}
	g.parts("quadrant T 2024-07 class=missing", want.Participation.Missing+want.Participation.Late, 1)
	// As integers over a common denominator: the average is sum/n.
	for name, c := range map[string]struct {
		said
		times, total int64
	}{"HubSpot": {hubspot, n, sum}, "last": {lastSaid, 1, last}} {
		num, den, _ := accuracy(abs(c.times*actual-c.total), c.times*actual)
		if forecast := float64(c.total) / float64(c.times) / 100; !alike(forecast, c.Forecast) || !alike(float64(num)/float64(den), c.Accuracy) {
			t.Errorf("%s: %v, accuracy %d/%d, want %+v", name, forecast, num, den, c.said)
		}
		if c.Hit != nil && *c.Hit != withinMinor(DefaultOptions().Tolerance, pair{c.total, c.times * actual}) {
			t.Errorf("%s: a hit is %v", name, *c.Hit)
		}
		if v := g.at("accuracy S1 2024-07"); math.Abs(v.V-c.Accuracy) < .01 {
			t.Errorf("%s: ours is the same, %v", name, v.V)
		}
	}
	ours := g.at("submitted S1 2024-07").Num
	if !alike(float64(ours)/float64(actual), gong) {
		t.Errorf("%d of %d is not %v", ours, actual, gong)
	}
}

// published/forecast_accuracy_tools: what the definitions of others make of
// target 1000, forecast 400, actual 365; HubSpot's and Gong's are in
// TestSeed2001.
func TestTools(t *testing.T) {
	var want struct {
		Seed struct {
			Target, Forecast, Actual int64
			Deviation                float64 `json:"dev_on_forecast"`
			Within                   bool    `json:"within_10pct"`
		} `json:"seed_2001"`
	}
	casetest.JSON(t, &want, "forecast_accuracy_tools", "expected.json")
	s := want.Seed
	m := newMaker(t, "2001-12-31")
	m.person("S", crm.Seller, "T", "", "", "", "")
	m.forecast("2001", "S", "2001-01-01T12:00", fmt.Sprint(s.Forecast), "")
	m.contract("c", "S", "2001-06-01", fmt.Sprint(s.Actual), crm.New)
	g := m.compute(DefaultOptions())
	g.real("deviation S 2001", &s.Deviation)
	g.parts("hit_rate S 2001", one(s.Within), 1)
}

// shape is what a published table says of a forecast. RMSE, ME and MPE are no
// metrics of ours (metrics.md 3.4): they are computed here, from our errors, to
// show that these are the published ones.
type shape struct{ ME, RMSE, MAE, MPE, MAPE, MASE float64 }

func shapeOf(actual, forecast []int64, times float64) (s shape, errors []int64) {
	var rows []pair
	var squares float64
	for i, a := range actual {
		e := float64(a - forecast[i])
		s.ME += e / times / float64(len(actual))
		s.MPE += 100 * e / float64(a) / float64(len(actual))
		squares += e * e / times / times / float64(len(actual))
		rows = append(rows, pair{forecast[i], a})
	}
	errors = differences(actual, forecast)
	_, absolute := sums(errors)
	s.RMSE, s.MAE = math.Sqrt(squares), float64(absolute)/times/float64(len(actual))
	relative, _ := apes(rows)
	mean, _ := measure.Mean(relative)
	s.MAPE = 100 * mean
	return s, errors
}

// published/forecast_accuracy_eustock: accuracy() of R's forecast package for
// the naive and the mean forecast of 100 days of the DAX after 200. R scales
// the mean's MASE by the mean's own error within the sample, which is another
// measure: it is computed beside ours.
func TestEuStock(t *testing.T) {
	var want struct {
		Set struct{ RWF, MeanF shape } `json:"test_set"`
	}
	casetest.JSON(t, &want, "forecast_accuracy_eustock", "expected.json")
	const times = 100 * 200 // two decimals, and a mean of 200 is whole
	var all []int64
	m := newMaker(t, "2024-01-31")
	for _, r := range casetest.CSV(t, "forecast_accuracy_eustock", "dax_first_300.csv") {
		all = append(all, m.minor(r["dax"])*200)
	}
	if len(all) != 300 {
		t.Fatalf("%d days", len(all))
	}
	train, test := all[:200], all[200:]
	total, flat := int64(0), func(x int64) []int64 {
		out := make([]int64, len(test))
		for i := range out {
			out[i] = x
		}
		return out
	}
	for _, x := range train {
		total += x
	}
	mean := total / 200
	if mean*200 != total {
		t.Fatal("the mean is not whole")
	}
	check := func(name string, got, want shape) {
		for i, x := range [][2]float64{{got.ME, want.ME}, {got.RMSE, want.RMSE}, {got.MAE, want.MAE}, {got.MPE, want.MPE}, {got.MAPE, want.MAPE}, {got.MASE, want.MASE}} {
			if !alike(x[0], x[1]) {
				t.Errorf("%s: %s is %v, want %v", name, []string{"ME", "RMSE", "MAE", "MPE", "MAPE", "MASE"}[i], x[0], x[1])
			}
		}
	}
	naive, errors := shapeOf(test, flat(train[199]), times)
	naive.MASE, _ = mase(errors, train, 1)
	check("rwf", naive, want.Set.RWF)
	average, errors := shapeOf(test, flat(mean), times)
	within := 0.0
	for _, x := range train {
		within += math.Abs(float64(x-mean)) / times / 200
	}
	average.MASE = average.MAE / within
	check("meanf", average, want.Set.MeanF)
	if ours, ok := mase(errors, train, 1); !ok || alike(ours, average.MASE) {
		t.Errorf("our MASE of the mean forecast is R's: %v", ours)
	}
}

// published/forecast_accuracy_fpp2_beer: the RMSE beside what TestAustralianBeer
// compares.
func TestBeerRMSE(t *testing.T) {
	var want struct {
		Exact map[string]shape `json:"exact_here"`
		Print map[string]shape `json:"published"`
	}
	casetest.JSON(t, &want, "forecast_accuracy_fpp2_beer", "expected.json")
	const times = 64
	var all []int64
	for _, r := range casetest.CSV(t, "forecast_accuracy_fpp2_beer", "ausbeer_1992_2010.csv") {
		var v int64
		if _, err := fmt.Sscan(r["value"], &v); err != nil {
			t.Fatal(err)
		}
		all = append(all, v*times)
	}
	total := int64(0)
	for _, v := range all[:64] {
		total += v
	}
	by := map[string]func(i int) int64{
		"mean":           func(int) int64 { return total / 64 },
		"naive":          func(int) int64 { return all[63] },
		"seasonal_naive": func(i int) int64 { return all[60+i%4] },
	}
	for name, f := range by {
		var forecast []int64
		for i := range all[64:] {
			forecast = append(forecast, f(i))
		}
		got, _ := shapeOf(all[64:], forecast, times)
		w, p := want.Exact[name], want.Print[name]
		if !alike(got.RMSE, w.RMSE) || !alike(got.MAE, w.MAE) || !alike(got.MAPE, w.MAPE) || math.Abs(got.RMSE-p.RMSE) > 0.0051 {
			t.Errorf("%s: %+v, want %+v, printed %+v", name, got, w, p)
		}
	}
}
