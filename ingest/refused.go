package ingest

import (
	"crmreport/ingest/crm"
	"crmreport/ingest/value"
)

// Left is what can still be read of a rejected row: how much it could have
// changed.
type Left struct {
	Day     crm.Date // on which it happened; NoDate where that cannot be read
	Minor   int64    // its amount in minor units of the report's currency …
	Known   bool     // … where it has one that can be read
	Version bool     // it is another version of a row that was accepted
}

// days are the fields that say when the row of a table happened. What is not
// here has no one day.
var days = map[string]string{
	"visits": "start_at", "contracts": "sign_date", "invoices": "invoice_date", "payments": "date", "adjustments": "date",
}

// left reads what it can of the row that is refused, and reports nothing. Of one
// whose cells may have moved it reads nothing.
func (d *row) left() Left {
	out := Left{Day: crm.NoDate, Version: d.code == "duplicate_conflict"}
	if d.code == "ragged" {
		return out
	}
	if cell := d.field(days[d.receipt.Table]); cell != nil {
		out.Day = d.readable(*cell).Date()
	}
	if cell := d.field("amount"); cell != nil && d.plain && d.source.AmountPer == crm.PerTerm && d.home() {
		out.Minor, out.Known = value.Plain(*cell, d.run.o.Currency.MinorDigits())
	}
	return out
}

// field is the cell of a field, nil where the table has none.
func (d *row) field(name string) *string {
	for i, n := range d.binding.names {
		if n == name {
			return d.binding.cells[i]
		}
	}
	return nil
}

// home reports whether the row's money is in the report's currency.
func (d *row) home() bool {
	cell := d.field("currency")
	return cell == nil || *cell == "" || *cell == string(d.run.o.Currency)
}

// readable reads a date that has one reading by itself.
func (d *row) readable(cell string) crm.Stamp {
	if len(d.clock.layouts) > 0 {
		if at, v := d.clock.byLayout(cell); v != bad && v != ambiguous {
			return at
		}
		return crm.NoStamp
	}
	m, ok := value.YearFirst(cell)
	if !ok {
		m, ok = value.Plainly(value.Fold(cell))
	}
	if !ok || !m.Valid() {
		return crm.NoStamp
	}
	return d.clock.stamp(&m)
}
