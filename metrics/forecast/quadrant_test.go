package forecast

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/casetest"
)

var classNames = map[string]class{"又高又准": highAccurate, "高而不准": highInaccurate, "准而不高": accurateLow, "不高不准": inaccurateLow, "missing": classMissing}

// high_and_accurate of examples/forecast/accuracy_measures: each rep's
// class of each month, as of its end, and the team's counts.
func TestHighAndAccurate(t *testing.T) {
	var want struct {
		Classes map[string]string `json:"high_and_accurate"`
	}
	casetest.JSON(t, &want, "accuracy_measures", "expected.json")
	if len(want.Classes) != 12 {
		t.Fatalf("%d cases", len(want.Classes))
	}
	var all classes
	for _, month := range []string{"2024-04", "2024-05", "2024-06"} {
		g := accuracyBook(t, month+map[string]string{"2024-04": "-30", "2024-05": "-31", "2024-06": "-30"}[month]).compute(three())
		var of classes
		for _, rep := range []string{"S1", "S2", "S3", "S4"} {
			c, ok := classNames[want.Classes[rep+" "+month]]
			if !ok {
				t.Fatalf("no class of %s in %s", rep, month)
			}
			g.parts("quadrant "+rep+" "+month+" "+c.key(), 1, 1)
			of[c]++
			all[c]++
		}
		for c, n := range of {
			g.parts("quadrant T "+month+" "+class(c).key(), int64(n), 1)
		}
		if p := g.at("participation T " + month); p.Den != of.total() {
			t.Errorf("%s: classes add up to %d of %d expected", month, of.total(), p.Den)
		}
	}
	g := accuracyBook(t, "2024-06-30").compute(three())
	for c, n := range all {
		g.parts("quadrant company 2024-06 "+class(c).key()+",last=3", int64(n), 1)
	}
}

// What a forecast is held against, by hand: the target of its own types, else
// the mean of three actuals (10, 20, 30: 20), else nothing.
func TestReference(t *testing.T) {
	for _, c := range []struct {
		name     string
		forecast [2]string // of new, of all
		target   [2]string // measure, value
		past     []string  // signed in March, February, January
		want     class
	}{
		{"the mean of three, reached exactly", [2]string{"", "20"}, [2]string{}, []string{"30", "20", "10"}, highInaccurate},
		{"below the mean of three", [2]string{"", "19.99"}, [2]string{}, []string{"30", "20", "10"}, inaccurateLow},
		{"two actuals are too few", [2]string{"", "20"}, [2]string{}, []string{"30", "20"}, classUnknown},
		{"a month without a signing is an actual of 0", [2]string{"", "13.34"}, [2]string{}, []string{"30", "", "10"}, highInaccurate},
		{"and here it is below", [2]string{"", "13.33"}, [2]string{}, []string{"30", "", "10"}, inaccurateLow},
		{"a target stands instead", [2]string{"", "19"}, [2]string{"amount", "19"}, []string{"30", "20", "10"}, highInaccurate},
		{"a typed forecast against the target of its type", [2]string{"19", ""}, [2]string{"new_amount", "20"}, nil, inaccurateLow},
		{"a target of another type is none", [2]string{"19", ""}, [2]string{"renewal_amount", "5"}, nil, classUnknown},
		{"a forecast without a type against what there is", [2]string{"", "19"}, [2]string{"new_amount", "5"}, nil, highInaccurate},
	} {
		m := newMaker(t, "2024-04-30")
		m.person("S", crm.Seller, "T", "", "", "", "")
		for i, month := range []string{"2024-03", "2024-02", "2024-01"} {
			if i < len(c.past) && c.past[i] != "" {
				m.contract("c"+month, "S", month+"-10", c.past[i], crm.New)
			}
		}
		for i, kind := range []crm.ContractType{crm.New, ""} {
			if c.forecast[i] != "" {
				m.forecast("2024-04", "S", "2024-04-01T09:00", c.forecast[i], kind)
			}
		}
		if c.target[0] != "" {
			m.target("2024-04", "S", c.target[0], c.target[1])
		}
		t.Run(c.name, func(t *testing.T) { m.compute(DefaultOptions()).parts("quadrant S 2024-04 "+c.want.key(), 1, 1) })
	}
}

// by hand: of 10, 20, 30, 40 the mean is 25 and the sample
// deviation √(500/3) = 12.91, twice that 25.82: 50 is within, 51 is not. With
// n instead of n − 1 it would be 22.36, and 48 already an outlier.
func TestOutlier(t *testing.T) {
	four, same := []int64{10, 20, 30, 40}, []int64{7, 7, 7, 7, 7, 7}
	for _, c := range []struct {
		forecast    int64
		past        []int64
		far, tested bool
	}{
		{50, four, false, true}, {51, four, true, true}, {0, four, false, true}, {-1, four, true, true}, {48, four, false, true},
		{1000, four[:3], false, false}, {1000, nil, false, false},
		{10, same, false, true}, {11, same, true, true}, {4, same, false, true}, {3, same, true, true}, // 3.5 to 10.5
		{1, []int64{0, 0, 0, 0}, true, true}, {0, []int64{0, 0, 0, 0}, false, true},
		// 1, 1, 1, 5: mean 2, deviation 2, twice that 4: 6 is at the edge, and inside.
		{6, []int64{1, 1, 1, 5}, false, true}, {7, []int64{1, 1, 1, 5}, true, true},
		{6_000_000_000_000_000, []int64{1e15, 1e15, 1e15, 5e15}, false, true}, {6_000_000_000_000_001, []int64{1e15, 1e15, 1e15, 5e15}, true, true},
	} {
		if far, tested := outlier(c.forecast, c.past); far != c.far || tested != c.tested {
			t.Errorf("%d after %v: %v %v", c.forecast, c.past, far, tested)
		}
	}
	if d := deviation([]int64{1, 1, 1, 5}); d != 2 {
		t.Errorf("deviation %v", d)
	}
}

// Six actuals before a running month; a seventh, and what came since, is not
// looked at.
func TestOutlierOfARunningMonth(t *testing.T) {
	m := newMaker(t, "2024-08-10")
	for _, s := range []string{"S", "U", "V"} {
		m.person(s, crm.Seller, "T", "", "", "", "")
	}
	for i, a := range []string{"9000", "10", "20", "30", "40", "20", "30"} { // January to July
		month := fmt.Sprintf("2024-%02d", i+1)
		for _, s := range []string{"S", "U"} {
			m.contract(s+month, s, month+"-10", a, crm.New)
		}
	}
	m.contract("now", "S", "2024-08-05", "9000", crm.New)
	// Of 10, 20, 30, 40, 20, 30: mean 25, deviation √(550/5) = 10.49: up to 45.97.
	m.forecast("2024-08", "S", "2024-08-01T09:00", "46", "")
	m.forecast("2024-08", "U", "2024-08-01T09:00", "45.97", "")
	m.forecast("2024-08", "V", "2024-08-01T09:00", "1", "")
	g := m.compute(DefaultOptions())
	for _, scope := range []string{"S", "T", "company"} {
		g.parts("outliers "+scope+" 2024-08", 1, 1)
	}
	g.absent("outliers U 2024-08")
	if n := g.at("outliers T 2024-08").N; n != 2 {
		t.Errorf("%d tested, want S and U", n)
	}
	l := g.list("forecast.outliers")
	if len(l.Rows) != 1 {
		t.Fatalf("%d rows", len(l.Rows))
	}
	if c := l.Rows[0].Cells; c[1].Num != 4600 || c[2].Num != 2500 || c[3].Num != 2100 || c[4].Num != 1049 || c[5].Num != 6 {
		t.Errorf("row of S: %+v", c)
	}
}

// Of random books every expected forecast is in one class, and the outliers
// among those tested.
func TestClassesPartition(t *testing.T) {
	for seed := range uint64(5) {
		m := randomMaker(t, seed)
		r := rand.New(rand.NewPCG(seed, 9))
		for i := range 6 {
			m.target(fmt.Sprintf("2025-0%d", 1+r.IntN(3)), fmt.Sprintf("S%02d", i), "amount", fmt.Sprint(r.IntN(2000)))
		}
		g := m.compute(DefaultOptions())
		sums, seen := map[string]int64{}, 0
		for name, v := range g.values {
			if v.Metric == "forecast.quadrant" {
				sums[m.b.Org.Nodes[v.Slot.Scope].ID+" "+v.Slot.Period.Name+" "+fmt.Sprint(strings.Contains(v.Key, "last="))] += v.Num
			}
			if v.Metric == "forecast.outliers" && v.Num > v.N {
				t.Errorf("%s: %d of %d", name, v.Num, v.N)
			}
		}
		for name, v := range g.values {
			if v.Metric != "forecast.participation" || v.Key != "" || v.Open {
				continue
			}
			seen++
			if n := sums[m.b.Org.Nodes[v.Slot.Scope].ID+" "+v.Slot.Period.Name+" false"]; n != v.Den {
				t.Errorf("seed %d, %s: %d classified of %d", seed, name, n, v.Den)
			}
		}
		if seen == 0 {
			t.Fatal("nothing checked")
		}
	}
}
