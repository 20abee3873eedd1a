package compare

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
)

// binomial draws how many of n come true at the share p, by the gaps between
// those that do.
func binomial(r *rand.Rand, n int64, p float64) (k int64) {
	for i := int64(0); ; k++ {
		i += 1 + int64(math.Log(1-r.Float64())/math.Log1p(-p))
		if i > n {
			return k
		}
	}
}

const scopesOfWeek = 200

// week draws one week: each of 200 teams makes n visits, of which a share is
// valid, and of eight valid ones one becomes a signing; the company is their sum.
func drawWeek(r *rand.Rand, n int64, share float64) []snapshot.Value {
	var values []snapshot.Value
	var visits, valid, signed int64
	add := func(scope string, visits, valid, signed int64) {
		values = append(values, in(scope, ratio("conversion.valid_share", valid, visits)), in(scope, ratio("conversion.valid_per_signing", valid, signed)))
	}
	for s := range scopesOfWeek {
		k := binomial(r, n, share)
		g := binomial(r, k, 1.0/8)
		add(fmt.Sprintf("East/%03d", s), n, k, g)
		visits, valid, signed = visits+n, valid+k, signed+g
	}
	add("company", visits, valid, signed)
	return values
}

func simulated(asOf, week string, values []snapshot.Value) *snapshot.Document {
	d := file(asOf, week, values...)
	d.Definitions = []measure.Definition{
		{ID: "conversion.valid_share", Revision: 1, Kind: measure.Ratio, Unit: measure.UnitPercent, Better: measure.Up},
		{ID: "conversion.valid_per_signing", Revision: 1, Kind: measure.Ratio, Unit: measure.UnitVisits, Better: measure.Down},
	}
	d.Scopes = d.Scopes[:1]
	for s := range scopesOfWeek {
		id := fmt.Sprintf("East/%03d", s)
		d.Scopes = append(d.Scopes, snapshot.Scope{ID: id, Level: "team", Name: id, Parent: "company"})
	}
	return d
}

// gated are the default rules, but for those about metrics that are not drawn;
// with level "" they hold for every scope.
func gated(level string) Rules {
	r := DefaultRules()
	r.Compare = r.Compare[:2]
	for i := range r.Compare {
		r.Compare[i].Level, r.Compare[i].Match.Level = Fail, level
	}
	return r
}

// Pairs of weeks in which nothing really changed, at 200 teams: the default gate
// fires in no more than one week of twenty, at any size; so does the same gate
// on every scope at once, which Holm's correction keeps so.
func TestFalseAlarms(t *testing.T) {
	const pairs = 1000 // at each of four sizes, 4,000 in all
	const plainPairs = 100
	untested := gated("")
	for i := range untested.Compare {
		untested.Compare[i].Test.Kind, untested.Compare[i].MinN = None, 0
	}
	for _, n := range []int64{30, 100, 300, 1000} {
		r := rand.New(rand.NewPCG(uint64(n), 7))
		var company, every, plain int
		for i := range pairs {
			base := simulated("2025-03-09", "2025-W10", drawWeek(r, n, 0.15))
			head := simulated("2025-03-16", "2025-W11", drawWeek(r, n, 0.15))
			company += fires(t, base, head, gated("company"))
			every += fires(t, base, head, gated(""))
			if i < plainPairs {
				plain += fires(t, base, head, untested)
			}
		}
		t.Logf("%4d visits a team: the default gate fired in %.1f %% of %d pairs without a change, on every scope in %.1f %%; 10 %% and 2 points without a test in %.1f %%",
			n, pct(company, pairs), pairs, pct(every, pairs), pct(plain, plainPairs))
		if company > pairs/20 || every > pairs/20 {
			t.Errorf("%d visits: the gate fired in %d and %d of %d pairs of weeks without a change", n, company, every, pairs)
		}
	}
}

// A true fall from 15 % to 10 % at 1,000 visits is found in nine of ten weeks.
func TestTrueFall(t *testing.T) {
	const pairs = 4000
	r := rand.New(rand.NewPCG(3, 9))
	found := 0
	for range pairs {
		week := func(share float64) []snapshot.Value {
			k := binomial(r, 1000, share)
			return []snapshot.Value{ratio("conversion.valid_share", k, 1000), ratio("conversion.valid_per_signing", k, max(1, k/8))}
		}
		found += fires(t, simulated("2025-03-09", "2025-W10", week(0.15)), simulated("2025-03-16", "2025-W11", week(0.10)), gated("company"))
	}
	t.Logf("a fall from 15 %% to 10 %% at 1,000 visits: found in %.1f %% of %d pairs", pct(found, pairs), pairs)
	if found < pairs*9/10 {
		t.Errorf("found in %d of %d pairs", found, pairs)
	}
}

func pct(k, n int) float64 { return 100 * float64(k) / float64(n) }

func fires(t *testing.T, base, head *snapshot.Document, rules Rules) int {
	t.Helper()
	d, err := Compare(base, head, Options{Rules: rules})
	if err != nil {
		t.Fatal(err)
	}
	if d.Verdict().Fail > 0 {
		return 1
	}
	return 0
}
