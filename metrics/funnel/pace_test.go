package funnel

import (
	"math/big"
	"strconv"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/casetest"
	"crmreport/metrics/measure"
)

type perDay struct {
	Cents float64 `json:"cents_per_day"`
}

// checkPace compares the cycle and both velocities of the case; the median of
// the won deals alone is what says is not shown.
func checkPace(t *testing.T, b *crm.Book, r measure.Result, period string, mean, medianWon, byCount, byValue float64) {
	t.Helper()
	casetest.Near(t, "mean cycle", got(t, b, r, "cycle_mean_days", "company", period, "").V, mean)
	casetest.Near(t, "velocity", got(t, b, r, "velocity_per_day", "company", period, "").V, byCount)
	casetest.Near(t, "velocity by value", got(t, b, r, "velocity_per_day", "company", period, "by=value").V, byValue)
	var won []float64
	in := b.Fiscal.Period(crm.Quarter, b.AsOf)
	for _, d := range b.Deals {
		if d.Status == crm.DealWon && in.Contains(d.ClosedOn) {
			won = append(won, float64(d.ClosedOn-d.CreatedOn))
		}
	}
	m, _ := measure.Median(won)
	casetest.Near(t, "median of the won alone", m, medianWon)
	// Created in the second quarter: F4, won after 71 days (the last at risk for
	// so long), and F6 … F10 and F13 … F16, which stay at risk to 30 June, of
	// them F6 for 90, F7 for 86 and F8 for 81 days. S(71) = 3/4: half is never reached.
	v := got(t, b, r, "cycle_median_days", "company", period, "")
	if v.OK || v.N != 10 {
		t.Errorf("median cycle %+v", v)
	}
	// A look-back of 130 days, from 22 February on, has F1, F2 and F5 too: 13.
	// F16, F15 and F14 leave before F1 at 40: S = 9/10; F13, F10 and F9 before
	// F2 at 66: S = 9/10·5/6 = 3/4; F4 at 71: S = 3/4·4/5 = 3/5; nothing more.
	o := DefaultOptions()
	o.CycleDays = 130
	if v := got(t, b, compute(b, o), "cycle_median_days", "company", period, ""); v.OK || v.N != 13 {
		t.Errorf("looking back 130 days: %+v", v)
	}
	// With F3 (130 days) and F12 (86): 15. S(40) = 11/12, S(66) = 11/12·7/8 =
	// 77/96, S(71) = 77/96·6/7 = 11/16; F8 leaves at 81, so that F12 is one of
	// five: S(86) = 11/16·4/5 = 11/20; F3 is the last: S(130) = 0.
	o.CycleDays = 366
	casetest.Near(t, "looking back a year", got(t, b, compute(b, o), "cycle_median_days", "company", period, "").V, 130)
}

// The calculators' printed numbers.
func TestPublishedVelocity(t *testing.T) {
	var want struct {
		Cases []struct {
			N, Avg, Cycle int64
			Win           float64
			PerDay        float64 `json:"per_day"`
			Printed       int64
		}
	}
	casetest.JSON(t, &want, "velocity", "expected.json")
	for _, c := range want.Cases {
		v := velocity(big.NewRat(c.N, 1), new(big.Rat).SetFloat64(c.Win), big.NewRat(c.Avg, 1), big.NewRat(c.Cycle, 1))
		f, _ := v.Float64()
		casetest.Near(t, "per day", f, c.PerDay)
		if printed := crm.RoundHalfUp(v); printed != c.Printed {
			t.Errorf("%d, printed %d", printed, c.Printed)
		}
	}
}

// PostHog's tests of the time to convert: stages as its events, its persons as
// deals.
func TestPostHogConversionTime(t *testing.T) {
	const name = "posthog_conversion_time"
	var want struct {
		Steps   []string
		Counts  []int
		Average []*float64 `json:"average_seconds"`
		Median  []*float64 `json:"median_seconds"`
		Window  struct {
			Persons map[string][]string
			Long    windowCase `json:"window_14_days"`
			Short   windowCase `json:"window_5_minutes"`
		} `json:"window_case"`
	}
	casetest.JSON(t, &want, name, "expected.json")
	step := map[string]string{}
	for i, s := range want.Steps {
		step[s] = pipeline4.Stages[i].ID
	}
	var rows []crm.StageEntry
	for _, row := range casetest.CSV(t, name, "events.csv") {
		rows = append(rows, entries(t, crm.DealID(row["person"]), step[row["event"]]+"@"+row["ts"])...)
	}
	b := book(t, "2020-01-31", nil, nil, nil, rows)
	a := newAcc(b, measure.NewFrame(b), DefaultOptions())
	counts, times := make([]int, len(want.Steps)), make([][]float64, len(want.Steps))
	for l := range b.DealLogs() {
		for _, u := range a.units(l) {
			for j := crm.Stage(1); j <= u.depth; j++ {
				counts[j-1]++
				if seconds, ended := u.stay(a.rules, j); ended == advanced {
					times[j] = append(times[j], float64(seconds))
				}
			}
		}
	}
	for i, n := range want.Counts {
		if counts[i] != n {
			t.Errorf("step %d: %d, want %d", i+1, counts[i], n)
		}
		if want.Average[i] == nil {
			continue
		}
		mean, _ := measure.Mean(times[i])
		median, _ := measure.Median(times[i])
		casetest.Near(t, "average", mean, *want.Average[i])
		casetest.Near(t, "median", median, *want.Median[i])
	}
	want.Window.Long.check(t, want.Window.Persons, 14*day)
	want.Window.Short.check(t, want.Window.Persons, 300)
}

type windowCase struct {
	Counts  []int
	Average float64 `json:"average_seconds"`
}

func (c windowCase) check(t *testing.T, persons map[string][]string, window int64) {
	t.Helper()
	counts, times := make([]int, 2), []float64{}
	for _, lines := range persons {
		var events []event
		for i, line := range lines { // "14:05 pageview"
			h, err := strconv.ParseInt(line[:2], 10, 64)
			m, also := strconv.ParseInt(line[3:5], 10, 64)
			if err != nil || also != nil {
				t.Fatal(line)
			}
			events = append(events, event{i + 1, h*3600 + m*60})
		}
		depth := chainDepth(events, 2, window, "default")
		for i := range depth {
			counts[i]++
		}
		if depth == 2 {
			times = append(times, float64(events[1].at-events[0].at))
		}
	}
	mean, _ := measure.Mean(times)
	casetest.Near(t, "average", mean, c.Average)
	if counts[0] != c.Counts[0] || counts[1] != c.Counts[1] {
		t.Errorf("within %d s: %v, want %v", window, counts, c.Counts)
	}
}

// stints add up, the open one is censored, who skipped the stage is not
// in it. S0-14: the last open stage is the spoken yes, unless another is named.
func TestMedians(t *testing.T) {
	rows := entries(t, "A", "S1@2024-06-01 S2@2024-06-05 S1@2024-06-10 S2@2024-06-12")     // S1: 4 + 2 days
	rows = append(rows, entries(t, "B", "S1@2024-06-01 S4@2024-06-11 won@2024-06-14")...)  // S1: 10, S4: 3
	rows = append(rows, entries(t, "C", "S1@2024-06-02")...)                               // S1: 28, open
	rows = append(rows, entries(t, "D", "S1@2024-06-03 S4@2024-06-04 lost@2024-06-06")...) // S1: 1, S4: lost after 2
	rows = append(rows, entries(t, "E", "S2@2024-06-03 won@2024-06-20")...)                // skipped S1 and S4
	rows = append(rows, entries(t, "V", "S1@2024-06-03 void@2024-06-04")...)
	b := book(t, "2024-06-30", nil, nil, nil, rows)
	r := compute(b, DefaultOptions())
	// S1: 1, 6, 10, 28+: S = 3/4, 1/2.
	v := got(t, b, r, "median_days", "company", "2024-06", "stage=S1")
	if casetest.Near(t, "S1", v.V, 6); v.N != 4 || !v.Open {
		t.Errorf("S1: %+v", v)
	}
	// S2: A stands there since 12 June, 5 + 18 days; E left after 17.
	casetest.Near(t, "S2", got(t, b, r, "median_days", "company", "2024-06", "stage=S2").V, 17)
	if v := got(t, b, r, "median_days", "company", "2024-06", "stage=S3"); v.OK || v.N != 0 || v.Open {
		t.Errorf("nobody was in S3: %+v", v)
	}
	// B signed 3 days after its yes; D, lost, is at risk for 26: S(3) = 1/2.
	casetest.Near(t, "yes", got(t, b, r, "signing_median_days", "company", "2024-06", "").V, 3)
	o := DefaultOptions()
	o.YesStage = "S2" // E after 17 days, A at risk for 25
	casetest.Near(t, "yes in S2", got(t, b, compute(b, o), "signing_median_days", "company", "2024-06", "").V, 17)
	// Cycles of A 29+, B 13, C 28+, D 27+, E 17: S(13) = 4/5, S(17) = 3/5.
	if v := got(t, b, r, "cycle_median_days", "company", "2024-06", ""); v.OK || v.N != 5 {
		t.Errorf("cycle: %+v", v)
	}
}
