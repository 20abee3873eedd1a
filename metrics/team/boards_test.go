package team

import (
	"fmt"
	"slices"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/casetest"
	"crmreport/metrics/measure"
)

// R's quantile(x, 0.75) of type 7, by hand: of 1 2 3 4 it is 3.25; of five, the
// fourth; of 20 numbers 10, 20 … 200: 10 + 19·0.75·10 = 152.5.
func TestUpperQuartile(t *testing.T) {
	twenty := make([]int64, 20)
	for i := range twenty {
		twenty[i] = int64(200 - 10*i)
	}
	for _, c := range []struct {
		sample []int64
		want   int64
	}{{[]int64{7}, 28}, {[]int64{4, 1, 3, 2}, 13}, {[]int64{5, 4, 3, 2, 1}, 16}, {[]int64{1, 2}, 7}, {twenty, 610}} {
		if got := upperQuartile(c.sample); got != c.want {
			t.Errorf("4 × the upper quartile of %v is %d, want %d", c.sample, got, c.want)
		}
	}
}

// S4-14 by hand, on Thursday 27 June 2024: five day forecasts of 100, 200, 300,
// 400 and 500 have the upper quartile 400.
func TestReviewsTonight(t *testing.T) {
	for name, c := range map[string]struct {
		today, signed, tomorrow int64
		late                    bool
		want                    Reviews
		reason                  []string
	}{
		"nothing to say":               {500, 500, 399, false, Reviews{0, 0, 0, 0}, []string{}},
		"10 % less is no miss (R-3.8)": {500, 450, 399, false, Reviews{0, 0, 0, 0}, []string{}},
		"missed":                       {500, 449, 399, false, Reviews{1, 1, 0, 0}, []string{"missed"}},
		"high tomorrow":                {500, 600, 400, false, Reviews{1, 0, 1, 0}, []string{"high"}},
		"both":                         {500, 0, 400, false, Reviews{1, 1, 1, 0}, []string{"missed_high"}},
		"submitted after the freeze":   {500, 500, 400, true, Reviews{0, 0, 0, 1}, []string{"no_forecast"}},
		"missed, and said nothing":     {500, 0, -1, false, Reviews{1, 1, 0, 1}, []string{"missed_no_forecast"}},
		"a forecast of 0 is not high":  {500, 500, 0, false, Reviews{0, 0, 0, 0}, []string{}},
	} {
		d := &draft{}
		d.seller("A", "T1", "2020-01-01")
		d.seller("B", "T1", "2020-01-01") // forecasts no days
		forecast := func(on string, minor int64, at crm.Stamp) {
			d.book.Forecasts = append(d.book.Forecasts, crm.Forecast{Pos: d.pos(), Day: day(on), Subject: "A", SubmittedBy: "A", At: at, Amount: crm.Money{Minor: minor, Currency: "CNY"}})
		}
		for i, on := range []string{"2024-06-21", "2024-06-24", "2024-06-25", "2024-06-26"} {
			forecast(on, int64(100*(i+1)), day(on).At()-3600)
			forecast(on, 9999, day(on).At()-7200) // the last one counts
		}
		forecast("2024-06-27", c.today, day("2024-06-27").At())
		if c.tomorrow >= 0 {
			at := day("2024-06-28").At()
			if c.late {
				at++
			}
			forecast("2024-06-28", c.tomorrow, at)
		}
		if c.signed > 0 {
			d.sign("K1", "A", "C1", "2024-06-27").Amount.Minor = c.signed * 2
			d.split("K1", "A", 5, false)
			d.split("K1", "B", 5, false)
		}
		d.sign("K2", "A", "C2", "2024-06-26")
		g := compute(t, d.done("2024-06-27"))
		for key, want := range map[string]int64{"": c.want.All, "reason=missed": c.want.Missed, "reason=high": c.want.High, "reason=no_forecast": c.want.None} {
			if v := g.at("reviews_tonight", "company", "2024-06", key); v.Num != want {
				t.Errorf("%s: %s %d, want %d", name, key, v.Num, want)
			}
		}
		if got := g.texts("activity.review_tonight", 1); !slices.Equal(got, c.reason) {
			t.Errorf("%s: listed as %v, want %v", name, got, c.reason)
		}
	}
}

// S0-39: places by hand. Equal sales share a place; a renewal is money but no
// signing; half a contract is half of both.
func TestLeaderboard(t *testing.T) {
	d := &draft{}
	d.seller("A", "T1", "2020-01-01")
	d.seller("B", "T1", "2020-01-01")
	d.seller("C", "T2", "2020-01-01")
	d.seller("D", "T2", "2020-01-01").Region = "G2"
	d.sign("K1", "A", "C1", "2024-06-03")
	d.sign("K2", "B", "C2", "2024-06-03")
	d.sign("K3", "C", "C3", "2024-06-03").Type = crm.Renewal
	d.sign("K4", "D", "C4", "2024-06-03").Amount.Minor = 300_000
	d.split("K4", "D", 5, false)
	d.split("K4", "C", 5, false)
	d.sign("K5", "A", "C5", "2024-05-03")
	b := d.done("2024-06-30")
	g := compute(t, b)
	lines := func(list string) (out []string) {
		for _, r := range g.lists[list].Rows {
			c := r.Cells
			out = append(out, fmt.Sprint(c[0].Text, " ", c[1].Num, " ", c[2].Num, " ", b.Org.Nodes[c[3].Num].ID, " ", c[4].Num, " ", float64(c[5].Num)/float64(crm.One)))
		}
		return out
	}
	want := []string{"2024-06 1 1 C 250000 0.5", "2024-06 2 1 D 150000 0.5", "2024-06 3 2 A 100000 1", "2024-06 3 2 B 100000 1"}
	if got := lines("activity.leaderboard"); len(got) != 12 || !slices.Equal(got[:4], want) {
		t.Errorf("the month is\n%q, want\n%q", got, want)
	}
	want = []string{"2024-06 1 1 G1/A1/T2 250000 0.5", "2024-06 2 2 G1/A1/T1 200000 2", "2024-06 3 1 G2/A1/T2 150000 0.5"}
	if got := lines("activity.team_board"); len(got) < 3 || !slices.Equal(got[:3], want) {
		t.Errorf("the teams of the month are\n%q, want\n%q", got, want)
	}
	want = []string{"2024-06 1 1 G1/A1 450000 2.5", "2024-06 2 1 G2/A1 150000 0.5"}
	if got := lines("activity.area_board"); len(got) < 2 || !slices.Equal(got[:2], want) {
		t.Errorf("the areas of the month are\n%q, want\n%q", got, want)
	}
}

// S0-39, R-1.26: only who has 20 valid visits in both stretches is looked at; the
// change is that of the shrunken rates, which are measure.Rates' over everybody
// with a valid visit. Of 40 customers each in May and June, A signs 2 and 20, B
// 20 and 2, C and D 10 and 10; E makes 19 visits in May.
func TestMostImproved(t *testing.T) {
	d := &draft{}
	sells := func(rep, month string, visits, signings int) {
		for i := range visits {
			customer, on := fmt.Sprint(rep, month, i), fmt.Sprintf("%s-%02d", month, 1+i%28)
			d.visit(rep, customer, on+"T09:00")
			if i < signings {
				d.sign(customer, rep, customer, on)
			}
		}
	}
	for _, r := range []struct {
		rep               string
		may, signed, june int
	}{{"A", 40, 2, 20}, {"B", 40, 20, 2}, {"C", 40, 10, 10}, {"D", 40, 10, 10}, {"E", 19, 1, 20}} {
		d.seller(r.rep, "T1", "2020-01-01")
		sells(r.rep, "2024-05", r.may, r.signed)
		sells(r.rep, "2024-06", 40, r.june)
	}
	b := d.done("2024-06-30")
	g := compute(t, b)
	before := measure.Rates([]float64{2, 20, 10, 10, 1}, []float64{40, 40, 40, 40, 19})
	now := measure.Rates([]float64{20, 2, 10, 10, 20}, []float64{40, 40, 40, 40, 40})
	for rep, x := range map[string][2]float64{"A": {2, 20}, "B": {20, 2}, "C": {10, 10}} {
		casetest.Near(t, rep, g.at("rate_change", rep, "2024-06", "base=previous").V, now.Shrink(x[1], 40)-before.Shrink(x[0], 40))
	}
	if v, ok := g.values[place("rate_change", "E", "2024-06", "base=previous")]; ok {
		t.Errorf("E with 19 visits has a change: %+v", v)
	}
	rows := g.lists["activity.most_improved"].Rows
	if len(rows) == 0 || b.Org.Nodes[rows[0].Cells[2].Num].ID != "A" {
		t.Errorf("most improved: %v", rows)
	}
}

// by hand: 30 of 40 signings with half of the visits has Wilson's interval
// 0.598…0.858, which excludes a half; 6 of 8, 0.409…0.929, does not.
func TestContest(t *testing.T) {
	one := int64(crm.One)
	for _, c := range []struct {
		x, y Yield
		want string
	}{
		{Yield{100, 30 * one}, Yield{100, 10 * one}, firstAhead},
		{Yield{100, 10 * one}, Yield{100, 30 * one}, secondAhead},
		{Yield{100, 6 * one}, Yield{100, 2 * one}, noVerdict},
		{Yield{300, 30 * one}, Yield{100, 10 * one}, noVerdict},
		{Yield{100, 0}, Yield{100, 0}, noVerdict},
		{Yield{0, 9 * one}, Yield{100, 0}, noVerdict},
	} {
		if got := verdict(c.x, c.y); got != c.want {
			t.Errorf("%v against %v: %s, want %s", c.x, c.y, got, c.want)
		}
	}
	d := &draft{}
	d.seller("A", "T1", "2020-01-01")
	d.seller("B", "T2", "2020-01-01")
	d.visit("A", "C1", "2024-06-03T09:00")
	d.visit("A", "C2", "2024-06-03T10:00")
	d.visit("B", "C3", "2024-06-03T10:00")
	d.sign("K1", "A", "C1", "2024-06-04")
	o := DefaultOptions()
	o.PK = [][2]string{{"G1/A1/T1", "G1/A1/T2"}, {"G1/A1/T1", "nobody"}}
	b := d.done("2024-06-30")
	r := contests(b, measure.NewFrame(b), o)
	if len(r.Lists[0].Rows) != 2 || len(r.Warnings) != 1 || r.Warnings[0].N != 2 {
		t.Fatalf("%+v", r)
	}
	if c := r.Lists[0].Rows[0].Cells; c[3].Num != one || c[3].Den != 2*one || c[4].Num != 0 || c[4].Den != one || c[5].Text != noVerdict {
		t.Errorf("%+v", c)
	}
}
