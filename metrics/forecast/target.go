package forecast

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/plan"
)

// goal is the target of a scope in one period.
type goal struct {
	minor     int64
	given     bool
	new       bool // it speaks of new contracts
	renewal   bool // it speaks of renewals
	uncovered int64
}

// against is the actual of the types the target speaks of: all
// together where it speaks of both.
func (g goal) against(s Signed) (actual int64, flag string) {
	switch {
	case g.new == g.renewal:
		return s.Total(), ""
	case g.new:
		return s.New, "new_only"
	}
	return s.Renewal, "renewal_only"
}

// goals resolves the targets of a period: a scope's own row stands, else the
// sum of its children's, a rep counting in the unit of the given day. uncovered
// counts the sellers below whom such a sum leaves out.
func goals(org *crm.Org, day crm.Date, targets func(crm.NodeNo) Targets) map[crm.NodeNo]goal {
	newSums, renewalSums := map[crm.NodeNo]Stated{}, map[crm.NodeNo]Stated{}
	out := map[crm.NodeNo]goal{}
	sums := map[crm.NodeNo]goal{}
	settle := func(n, parent crm.NodeNo) {
		t, g := targets(n), sums[n]
		own := goal{given: true}
		fresh, again := t.New, t.Renewal
		if fresh.Given == 0 {
			fresh = newSums[n]
		}
		if again.Given == 0 {
			again = renewalSums[n]
		}
		switch {
		case t.All.Given > 0:
			own.minor, own.new, own.renewal = t.All.Sum, true, true
			g = own
		case t.New.Given+t.Renewal.Given > 0:
			own.minor = fresh.Sum + again.Sum
			own.new, own.renewal = fresh.Given > 0, again.Given > 0
			g = own
		}
		if g.given {
			out[n] = g
		}
		if parent >= 0 {
			newSums[parent] = newSums[parent].Plus(fresh)
			renewalSums[parent] = renewalSums[parent].Plus(again)
			p := sums[parent]
			sums[parent] = goal{p.minor + g.minor, p.given || g.given, p.new || g.new, p.renewal || g.renewal, p.uncovered + g.uncovered}
		}
	}
	seated := plan.Sellers(org, day)
	plan.Up(org, day, func(n, parent crm.NodeNo) {
		t := targets(n)
		if seated[n] && t.All.Given+t.New.Given+t.Renewal.Given == 0 {
			sums[n] = goal{uncovered: 1}
		}
		settle(n, parent)
	})
	return out
}
