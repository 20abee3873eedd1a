// Package pipeline keeps the open deals and the forecasts of each week and reads
// them again: an export of things as they stand cannot tell later what it said
// before. Where the exports have no stage history, the weeks that were kept make
// one, which is known to the week only; submissions that were overwritten since
// are those of the weeks.
package pipeline

import (
	"compress/gzip"
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"crmreport/ingest/crm"
)

// columns are those of a kept week. A stage is named by its id in the
// configuration, and is blank where the deal was closed after the as-of day and
// nobody knows where it stood; an amount is in major units of its currency.
var columns = []string{"as_of", "deal_id", "rep_id", "customer_id", "stage", "amount", "currency", "expected_close", "created_on", "entered_on"}

// Write writes the deals of b that are open on its as-of day, by id, as gzip
// without a time: the same book gives the same bytes. entered_on is the day on
// which the stage history has the deal enter its stage, blank without one.
func Write(w io.Writer, b *crm.Book) error {
	rows := [][]string{columns}
	for l := range b.DealLogs() {
		d := l.Deal
		if d == nil || !isOpen(d) {
			continue
		}
		amount := ""
		if d.AmountKnown {
			amount = major(d.Amount)
		}
		rows = append(rows, []string{b.AsOf.String(), string(d.ID), b.Reps.ID(d.Rep), b.Customers.ID(d.Customer), b.Pipeline.ID(d.Stage),
			amount, string(d.Amount.Currency), d.ExpectedClose.String(), d.CreatedOn.String(), entered(l).String()})
	}
	return pack(w, rows)
}

// pack writes rows as gzip without a time.
func pack(w io.Writer, rows [][]string) error {
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	if err := csv.NewWriter(z).WriteAll(rows); err != nil {
		return err
	}
	return z.Close()
}

// isOpen reports a deal that is in the pipeline on the as-of day.
func isOpen(d *crm.Deal) bool { return d.Status == crm.DealOpen && !d.Stage.Terminal() }

// entered is the day on which the deal last came into its stage.
func entered(l crm.DealLog) crm.Date {
	if n := len(l.Entries); n > 0 && l.Entries[n-1].Stage == l.Deal.Stage {
		for n > 1 && l.Entries[n-2].Stage == l.Deal.Stage {
			n-- // a row that changed something else
		}
		return l.Entries[n-1].At.Date()
	}
	return crm.NoDate
}

// major is an amount in major units, exactly.
func major(m crm.Money) string {
	digits, minus := m.Currency.MinorDigits(), ""
	text := strconv.FormatInt(m.Minor, 10)
	if rest, negative := strings.CutPrefix(text, "-"); negative {
		minus, text = "-", rest
	}
	if digits == 0 {
		return minus + text
	}
	if n := digits + 1 - len(text); n > 0 {
		text = strings.Repeat("0", n) + text
	}
	return minus + text[:len(text)-digits] + "." + text[len(text)-digits:]
}

// minor is what major has written.
func minor(text string, c crm.Currency) (crm.Money, bool) {
	whole, part, _ := strings.Cut(text, ".")
	if len(part) != c.MinorDigits() {
		return crm.Money{}, false
	}
	n, err := strconv.ParseInt(whole+part, 10, 64)
	return crm.Money{Minor: n, Currency: c}, err == nil
}
