package commission

import "crmreport/ingest/crm"

// closed reports whether the commission ledger closes a month.
func closed(b *crm.Book, m crm.Period) bool { return b.PaidFrom <= m.Start && m.End <= b.PaidEnd }

// frozen reports whether any month is closed.
func (e *Env) frozen() bool { return e.book.PaidFrom < e.book.PaidEnd }

// paid sums the lines of the commission ledger: what each rep was paid for each
// of the months. A rep without a line in a closed month was paid nothing.
func paid(b *crm.Book, months []crm.Period) map[crm.RepNo][]int64 {
	if len(b.Ledger) == 0 {
		return nil
	}
	number := map[crm.Period]int{}
	for i, m := range months {
		number[m] = i
	}
	out := map[crm.RepNo][]int64{}
	for i := range b.Ledger {
		l := &b.Ledger[i]
		n, ok := number[l.Period]
		if !ok {
			continue
		}
		if out[l.Rep] == nil {
			out[l.Rep] = make([]int64, len(months))
		}
		out[l.Rep][n] += l.Amount.Minor
	}
	return out
}

// notMonths counts the lines of the ledger that are of no month: nobody's pay.
func notMonths(b *crm.Book) (n int64) {
	for i := range b.Ledger {
		if b.Ledger[i].Period.Kind != crm.Month {
			n++
		}
	}
	return n
}
