package commission

import "crmreport/ingest/crm"

// baseOf is the commissionable amount in the report currency at the sign-date
// rate, not below 0; false where there is none.
func baseOf(b *crm.Book, c *crm.Contract, margin bool, scale fraction) (base fraction, reason string, ok bool) {
	m := c.Base
	switch {
	case margin && !c.MarginKnown:
		return base, MarginMissing, false
	case margin:
		m = c.Margin
	case !c.BaseKnown:
		m, reason = c.Amount, BaseMissing
	}
	base = whole(m.Minor)
	if m.Currency != b.Currency {
		x, known := b.FX.Exact(m, b.Currency, c.SignDate)
		if !known {
			return base, NoExchangeRate, false
		}
		base = exactly(x)
	}
	if base = base.by(scale); base.negative() {
		return whole(0), NegativeBase, true
	}
	return base, reason, true
}
