package conversion

import (
	"fmt"
	"testing"

	"crmreport/metrics/casetest"
)

// who is in a ranking, and when there is none. A rep's
// signings and valid visits follow the name.
func TestRanking(t *testing.T) {
	type did struct{ signings, valid int }
	for _, c := range []struct {
		what string
		reps []did
		flag string
		m    float64 // the mean, where there is no difference
		rows int
	}{
		{"three reps", []did{{3, 4}, {3, 4}, {0, 9}}, "too_few", 0, 0},
		{"four, but one without a valid visit", []did{{3, 4}, {3, 4}, {0, 9}, {2, 0}}, "too_few", 0, 0},
		{"four signings", []did{{1, 4}, {1, 4}, {1, 9}, {1, 5}}, "too_few", 0, 0},
		{"five signings, one of them not of a peer", []did{{1, 4}, {1, 4}, {1, 9}, {1, 5}, {1, 0}}, "too_few", 0, 0},
		{"all alike", []did{{2, 8}, {2, 8}, {2, 8}, {2, 8}}, "no_detectable_difference", 0.25, 0},
		// 6 of 24; whose signings without a visit are left out of the mean.
		{"alike but for who made no visit", []did{{2, 8}, {2, 8}, {1, 4}, {1, 4}, {5, 0}}, "no_detectable_difference", 0.25, 0},
		{"apart", []did{{9, 10}, {1, 10}, {9, 10}, {1, 10}}, "", 0, 4},
	} {
		d := &draft{}
		for i, r := range c.reps {
			rep := fmt.Sprint("R", i)
			d.stay(rep, "T1", "", "")
			for k := range r.valid {
				d.visit(rep, fmt.Sprint("C", i, "-", k), fmt.Sprintf("2025-03-%02dT09:00", 1+k))
			}
			for k := range r.signings {
				d.sign(fmt.Sprint("K", i, "-", k), rep, fmt.Sprint("S", i, "-", k), "2025-03-05")
			}
		}
		g, res := compute(t, d.done("2025-03-12"))
		for i, r := range c.reps {
			v, there := g.values[address{shrunkenID, fmt.Sprint("R", i), "2025-03", ""}]
			if there != (r.valid > 0) {
				t.Errorf("%s: R%d is there: %v", c.what, i, there)
			}
			if !there {
				continue
			}
			if v.OK == (c.flag == "too_few") || c.flag != "" && !has(v, c.flag) || c.flag == "" && len(v.Flags) > 0 {
				t.Errorf("%s: R%d %+v", c.what, i, v)
			}
			if c.m > 0 {
				casetest.Near(t, c.what, v.V, c.m)
			}
		}
		if n := len(res.Lists[2].Rows); n != c.rows {
			t.Errorf("%s: %d rows on the board, want %d", c.what, n, c.rows)
		}
		// Of equals the smaller id is first: R0, R2, R1, R3.
		for i, want := range []string{"R0", "R2", "R1", "R3"}[:c.rows] {
			if got := g.org.Nodes[res.Lists[2].Rows[i].Cells[1].Num].ID; got != want {
				t.Errorf("%s: rank %d is %s, want %s", c.what, i+1, got, want)
			}
		}
	}
}
