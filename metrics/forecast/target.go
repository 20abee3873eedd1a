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

// goals resolves the targets of a period.
func goals(org *crm.Org, day crm.Date, targets func(crm.NodeNo) Targets) map[crm.NodeNo]goal {
	stated := func(s Stated) plan.Stated { return plan.Stated{Minor: s.Sum, Given: s.Given > 0} }
	out := map[crm.NodeNo]goal{}
	for n, g := range plan.MoneyGoals(org, day, func(n crm.NodeNo) plan.Amounts {
		t := targets(n)
		return plan.Amounts{All: stated(t.All), New: stated(t.New), Renewal: stated(t.Renewal)}
	}) {
		out[n] = goal{g.Minor, true, g.New, g.Renewal, g.Uncovered}
	}
	return out
}
