package ingest

import "crmreport/ingest/crm"

func invoice(d *row, c *invoiceRow, out []crm.Invoice) []crm.Invoice {
	w := d.run.words
	v := crm.Invoice{Pos: d.Pos, Date: d.date(&c.Date), Due: d.date(&c.Due), Cause: word(d, &c.Cause, &w.cause),
		Step: word(d, &c.Step, &w.step), Void: word(d, &c.Status, &w.void)}
	v.Amount, _ = d.money(&c.Amount, d.currency(&c.Currency))
	if d.rejected {
		return out
	}
	if v.Due.Known() && v.Due < v.Date {
		d.warn(&c.Due, "due_before_invoice", "on or after the invoice date "+v.Date.String())
	}
	v.ID, v.Instalment, v.Contract = crm.InvoiceID(d.id(&c.Invoice)), d.id(&c.Instalment), crm.ContractID(d.id(&c.Contract))
	v.Customer, v.Rep = d.customer(&c.Customer), d.rep(&c.Rep)
	return append(out, v)
}

func payment(d *row, c *paymentRow, out []crm.Payment) []crm.Payment {
	v := crm.Payment{Pos: d.Pos, Date: d.date(&c.Date), Refund: word(d, &c.Kind, &d.run.words.refund)}
	v.Amount = d.positive(&c.Amount, d.currency(&c.Currency))
	if d.rejected {
		return out
	}
	v.ID, v.Invoice, v.Customer = d.id(&c.Payment), crm.InvoiceID(d.id(&c.Invoice)), d.customer(&c.Customer)
	return append(out, v)
}

// adjustment is in the currency of what it adjusts: the table has none.
func adjustment(d *row, c *adjustmentRow, out []crm.Adjustment) []crm.Adjustment {
	v := crm.Adjustment{Pos: d.Pos, Kind: word(d, &c.Kind, &d.run.words.adjustment), Date: d.date(&c.Date)}
	currency := d.run.o.Currency
	if in, ok := d.run.contractIn[crm.ContractID(c.Contract)]; ok {
		currency = in
	}
	if in, ok := d.run.invoiceIn[crm.InvoiceID(c.Invoice)]; ok {
		currency = in
	}
	v.Amount = d.positive(&c.Amount, currency)
	if d.rejected {
		return out
	}
	v.ID, v.Invoice, v.Contract = d.id(&c.Adjustment), crm.InvoiceID(d.id(&c.Invoice)), crm.ContractID(d.id(&c.Contract))
	v.Cause, v.Customer = d.id(&c.Cause), d.customer(&c.Customer)
	return append(out, v)
}

func rate(d *row, c *rateRow, out []crm.Rate) []crm.Rate {
	w := d.run.words
	v := crm.Rate{Pos: d.Pos, Role: word(d, &c.Role, &w.role), Type: word(d, &c.Type, &w.kind), Margin: word(d, &c.Base, &w.margin),
		Cash: word(d, &c.Trigger, &w.cash), Rate: d.share(&c.Rate), HasTo: c.ToAmount != "", Mode: word(d, &c.TierMode, &w.tier),
		From: d.date(&c.ValidFrom), To: d.end(&c.ValidTo)}
	v.FromAmount, _ = d.money(&c.FromAmount, d.run.o.Currency)
	v.ToAmount, _ = d.money(&c.ToAmount, d.run.o.Currency)
	if v.Rate > crm.One || v.Rate < 0 {
		d.reject(&c.Rate, "bad_rate", "a rate from 0 to 1, such as 0.08 or 8%")
	}
	if v.From.Known() && v.To.Known() && v.To < v.From {
		d.reject(&c.ValidTo, "ends_before_start", "on or after valid_from "+v.From.String())
	}
	if d.rejected {
		return out
	}
	v.Plan, v.Rep = d.id(&c.Plan), d.rep(&c.Rep)
	return append(out, v)
}

func ledgerLine(d *row, c *ledgerRow, out []crm.LedgerLine) []crm.LedgerLine {
	v := crm.LedgerLine{Pos: d.Pos, Period: d.period(&c.Period)}
	v.Amount, _ = d.money(&c.Amount, d.run.o.Currency)
	if d.rejected {
		return out
	}
	v.Rep, v.Contract, v.Reason = d.rep(&c.Rep), crm.ContractID(d.id(&c.Contract)), d.id(&c.Reason)
	return append(out, v)
}

func fxRate(d *row, c *fxRow, out []crm.FXRate) []crm.FXRate {
	v := crm.FXRate{Pos: d.Pos, Currency: d.currency(&c.Currency), Date: d.date(&c.Date), Rate: d.decimal(&c.Rate)}
	if v.Rate <= 0 && !d.rejected {
		d.reject(&c.Rate, "bad_rate", "a rate above 0")
	}
	if d.rejected {
		return out
	}
	return append(out, v)
}
