package forecast

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"crmreport/ingest/crm"
)

// By hand: as of Monday, 10 June 2024, the sixth working day. Each of the twelve
// months before signed 7 on its 3rd and, after its sixth working day,
//
//	10 20 30 40 50 60 70 80 90 55 95 60: together 660, on average 55
//
// June has signed 7: it lands at 62, between 7 + 10 and 7 + 95. Back-tested:
// March's 55 is in 10…90 of the nine before, 5 off their mean of 50; April's 95
// is not, and 44.5 off 50.5; May's 60 is in 10…95 and 60 − 600/11 off.
func landingBook(t *testing.T) *maker {
	m := newMaker(t, "2024-06-10")
	m.person("S", crm.Seller, "T", "", "", "", "")
	month := m.b.Fiscal.Period(crm.Month, m.b.AsOf)
	m.contract("now", "S", "2024-06-03", "7", crm.New)
	rests := []string{"10", "20", "30", "40", "50", "60", "70", "80", "90", "55", "95", "60"}
	for i := len(rests) - 1; i >= 0; i-- {
		month = m.b.Fiscal.Previous(month)
		m.contract(month.Name+"a", "S", month.Name+"-03", "7", crm.New)
		m.contract(month.Name+"b", "S", month.Name+"-20", rests[i], crm.New)
	}
	return m
}

func TestLanding(t *testing.T) {
	m := landingBook(t)
	m.target("2024-06", "S", "amount", "124")
	m.b.Tables["forecasts"] = false // it rests on contracts alone
	g := m.compute(DefaultOptions())
	for _, scope := range []string{"S", "T", "company"} {
		v := g.at("landing " + scope + " 2024-06")
		if v.Num != 6200 || v.CI == nil || v.CI.Lo.V != 1700 || v.CI.Hi.V != 10200 || v.N != 12 || !v.Open || v.Method != "order80" {
			t.Errorf("%s: %+v %+v", scope, v, v.CI)
		}
	}
	share := g.at("landing_share T 2024-06")
	g.parts("landing_share T 2024-06", 6200, 12400)
	if share.CI == nil || share.CI.Lo.V != 17.0/124 || share.CI.Hi.V != 102.0/124 {
		t.Errorf("%+v", share.CI)
	}
	g.absent("landing_share S 2024-06")
	g.parts("landing_coverage T 2024-06", 2, 3)
	want := (5 + 44.5 + 60.0 - 600.0/11) / (62 + 102 + 67)
	g.real("landing_error T 2024-06", &want)
	if v := g.at("landing_error T 2024-06"); v.N != 3 {
		t.Errorf("%d periods tested", v.N)
	}
	g.absent("landing_coverage S 2024-06")
	// 2024-Q2 has four quarters behind it: 2023-Q2 is the first with a signing.
	if v := g.at("landing T 2024-Q2"); v.CI != nil || v.N != 4 {
		t.Errorf("%+v", v)
	}
	g.flags("landing T 2024-Q2", "few_periods")
	g.parts("landing_coverage T 2024-Q2", 0, 0)
}

// A target of new contracts is held against the landing of new ones.
func TestLandingOfOneType(t *testing.T) {
	m := landingBook(t)
	for _, month := range []string{"2024-06", "2024-05"} {
		m.contract("r"+month, "S", month+"-03", "100", crm.Renewal)
	}
	m.target("2024-06", "S", "new_amount", "124")
	g := m.compute(DefaultOptions())
	g.parts("landing_share T 2024-06", 6200, 12400)
	g.flags("landing_share T 2024-06", "new_only")
	g.parts("landing T 2024-06", 16200, 1)
}

// No running period, nothing to land; a scope without a closed period has none.
func TestNoLanding(t *testing.T) {
	m := newMaker(t, "2024-06-30")
	m.person("S", crm.Seller, "T", "", "", "", "")
	m.contract("a", "S", "2024-05-03", "7", crm.New)
	g := m.compute(DefaultOptions())
	g.absent("landing T 2024-06")
	m = newMaker(t, "2024-06-20")
	m.person("S", crm.Seller, "T", "", "", "", "")
	m.contract("a", "S", "2024-06-03", "7", crm.New)
	m.compute(DefaultOptions()).absent("landing T 2024-06")
}

// Where n past remainders and the next are equally likely in every order, the
// next is in the range with at least 80 %, and with less in a narrower one.
func TestOrderStatistics(t *testing.T) {
	for n := 1; n <= 40; n++ {
		in, ranged := 0, false
		var lo, hi int64
		for next := range n + 1 {
			var rest []int64
			for x := range n + 1 {
				if x != next {
					rest = append(rest, int64(x))
				}
			}
			_, _, lo, hi, ranged = ahead(rest)
			if ranged && lo <= int64(next) && int64(next) <= hi {
				in++
			}
		}
		if ranged != (n >= 9) {
			t.Errorf("%d periods: a range is %v", n, ranged)
		}
		if p, narrower := float64(in)/float64(n+1), float64(in-2)/float64(n+1); ranged && (p < .8-1e-12 || narrower >= .8) {
			t.Errorf("%d periods: %v of the chance is between, %v in the next range", n, p, narrower)
		}
	}
}

// Laws: remainders that are all larger by c move the point and the range by c,
// and their order does not matter.
func TestAheadLaws(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for range 500 {
		rest, moved, c := make([]int64, 1+r.IntN(14)), []int64(nil), r.Int64N(1000)
		for i := range rest {
			rest[i] = r.Int64N(1000)
		}
		for _, i := range r.Perm(len(rest)) {
			moved = append(moved, rest[i]+c)
		}
		sum, n, lo, hi, ranged := ahead(rest)
		sum2, n2, lo2, hi2, ranged2 := ahead(moved)
		if n != n2 || ranged != ranged2 || sum2 != sum+n*c || ranged && (lo2 != lo+c || hi2 != hi+c || lo > hi) {
			t.Fatalf("%v and %v + %d: %d %d–%d, %d %d–%d", rest, moved, c, sum, lo, hi, sum2, lo2, hi2)
		}
	}
}

// Where every month is the same as the ones before, the landing is exact: the
// back-test finds every period in its range and no error.
func TestSteadyLanding(t *testing.T) {
	m := newMaker(t, "2025-03-12")
	m.person("S", crm.Seller, "T", "", "", "", "")
	for y := 2022; y <= 2025; y++ {
		for month := 1; month <= 12 && (y < 2025 || month <= 3); month++ {
			for _, day := range []int{3, 20} {
				on := fmt.Sprintf("%d-%02d-%02d", y, month, day)
				if on <= "2025-03-12" {
					m.contract(on, "S", on, "50", crm.New)
				}
			}
		}
	}
	g := m.compute(DefaultOptions())
	g.parts("landing company 2025-03", 10000, 1)
	g.parts("landing company 2025-Q1", 30000, 1)
	g.parts("landing_coverage company 2025-03", 12, 12)
	g.parts("landing_coverage company 2025-Q1", 3, 3) // 12 quarters, of which 9 are behind the tenth
	zero := 0.0
	g.real("landing_error company 2025-03", &zero)
	if v := g.at("landing company 2025-03"); math.Abs(v.CI.Hi.V-v.CI.Lo.V) > 0 {
		t.Errorf("%+v", v.CI)
	}
}
