package forecast

import (
	"math/big"
	"slices"

	"crmreport/ingest/crm"
)

// handed is what a scope hands up in one period, exact.
type handed struct {
	base    big.Rat // of a rep the forecast, of a unit the sum handed up by its children
	up      big.Rat // base times the index, or the amount given instead
	covered int64   // the actual of what up speaks of: of the reps who forecast, or of the whole unit where it gave an amount
	any     bool    // something was handed up: an amount, perhaps 0
	indexed bool    // an index was given
	flags   []string
}

func (h *handed) flag(word string) { h.flags = append(h.flags, word) }

// seat is a rep at the freeze with the plan and what came of it.
type seat struct {
	rep    crm.NodeNo
	path   []crm.NodeNo // from the rep's node to the company, as it was at the freeze
	plan   Plan
	signed Signed // of the rep, wherever signed in the period
}

// cascade computes what every scope hands up, from the seats of one period and
// the plans given to scopes. units are those that may have any, in order; signed
// is what a scope signed in the period.
func cascade(org *crm.Org, units []crm.NodeNo, seats []seat, plan func(crm.NodeNo) Plan, signed func(crm.NodeNo) Signed) map[crm.NodeNo]*handed {
	out := map[crm.NodeNo]*handed{}
	at := func(n crm.NodeNo) *handed {
		if out[n] == nil {
			out[n] = &handed{}
		}
		return out[n]
	}
	for _, s := range seats {
		h := at(s.rep)
		if s.plan.Submission.Given() {
			f, a := s.plan.Submission.against(s.signed)
			h.base.SetInt64(f)
			h.covered, h.any = a, true
		}
		h.apply(plan(s.rep), false)
		at(s.path[1]).take(h)
	}
	for _, no := range slices.Backward(units) { // a parent comes before its children
		p := plan(no)
		if out[no] == nil && p.Index.Given == 0 && !p.Submission.Given() {
			continue
		}
		h := at(no)
		if p.Submission.Given() {
			f, a := p.Submission.against(signed(no))
			h.up.SetInt64(f)
			h.covered, h.any = a, true
			if h.base.Sign() == 0 {
				h.flag("amount_without_base")
			}
		} else {
			h.apply(p, no == crm.Root)
		}
		if up := org.Nodes[no].Parent; up >= 0 {
			at(up).take(h)
		}
	}
	return out
}

func (h *handed) take(child *handed) {
	h.base.Add(&h.base, &child.up)
	h.covered += child.covered
	h.any = h.any || child.any
}

// apply multiplies base by the index of p; a missing one is 1, flagged except
// at the head, who hands up to nobody.
func (h *handed) apply(p Plan, head bool) {
	h.indexed = p.Index.Given > 0
	switch {
	case h.indexed:
		h.up.Mul(&h.base, crm.Decimal(p.Index.Sum).Rat())
		if !h.any {
			h.flag("confidence_without_forecast")
		}
	default:
		h.up.Set(&h.base)
		if h.any && !head {
			h.flag("confidence_defaulted")
		}
	}
}
