package forecast

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/ledger"
)

// signedLines makes a line of each rep's share of each contract that is not
// void, credited to the leaf on the sign date. What cannot be said in
// the report currency is left out, with a warning.
func (r *reader) signedLines(emit func(Line)) {
	ledger.Signings(r.Book, func(c *crm.Contract, rep crm.RepNo, minor int64) {
		l := Line{Kind: SignedLine, Leaf: r.Org.Leaf(rep, c.SignDate), Day: c.SignDate}
		l.Signed.add(c.Type, minor)
		emit(l)
	}, func(f ledger.Flaw) {
		switch f {
		case ledger.NoTerm:
			r.warn("contract_without_term", contractWithoutTerm)
		case ledger.NoRate:
			r.warn("contract_without_rate", contractWithoutRate)
		case ledger.SharesNotWhole:
			r.warn("contract_shares_not_whole", contractSharesNotWhole)
		}
	})
}
