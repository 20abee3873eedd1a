package funnel

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// worths appends what a unit was worth when it reached each stage, and when it
// was won: never what it is worth today. It belongs to the period and
// the owner of the first entry, as its reach does.
func (a *Acc) worths(out []mark, d *crm.Deal, u *unit, latest bool) []mark {
	k := a.stages()
	for j := crm.Stage(1); j <= u.depth; j++ {
		from := &u.pass[j-1]
		amount, known := u.worthAt(from)
		if j > k {
			amount, known = u.amountAt(&u.close, d, latest)
		}
		minor, ok := int64(0), false
		if known {
			minor, ok = a.convert(amount, from.at.Date())
		}
		if ok {
			out = append(out, mark{place(reachedAmount, j, k), minor})
		} else {
			out = append(out, mark{place(reachedBlank, j, k), 1})
		}
	}
	return out
}

// worthAt is the amount that a unit entered a stage with: the row's, else the
// newest one before it.
func (u *unit) worthAt(s *step) (crm.Money, bool) {
	if s.entryKnown {
		return s.entry, true
	}
	for i := s.place - 1; i >= 0; i-- {
		if b := &u.steps[i]; b.amountKnown {
			return b.amount, true
		}
	}
	return crm.Money{}, false
}

// worths adds the funnel by value.
func (p *page) worths(t Tally) {
	k := p.stages()
	some := t.by(openAt).sum(0) > 0
	for j := crm.Stage(1); j <= k+1; j++ {
		n, minor, blank := t.reached(j), t.by(reachedAmount).at(j), t.by(reachedBlank).at(j)
		v := p.money("funnel.reached_amount", n, minor, blank)
		p.add(&v, p.keys[j], some)
		if j <= k {
			v := measure.NewRatio("funnel.step_conversion_value", p.slot, t.by(reachedAmount).at(j+1), minor)
			if v.N = n - blank; blank+t.by(reachedBlank).at(j+1) > 0 {
				v.Flags = noAmount
			}
			p.add(&v, p.keys[j], some)
		}
	}
}
