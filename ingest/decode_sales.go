package ingest

import "crmreport/ingest/crm"

func deal(d *row, c *dealRow, out []crm.Deal) []crm.Deal {
	v := crm.Deal{Pos: d.Pos, Type: orNew(word(d, &c.Type, &d.run.words.kind)), Stage: d.stage(&c.Stage),
		CreatedOn: d.date(&c.CreatedAt), ExpectedClose: d.date(&c.ExpectedClose), ClosedOn: d.date(&c.ClosedAt)}
	v.Amount, v.AmountKnown = d.money(&c.Amount, d.currency(&c.Currency))
	v.Status = statusOf(v.Stage)
	if c.Status != "" {
		v.Status = word(d, &c.Status, &d.run.words.dealStatus)
	}
	if d.rejected {
		return out
	}
	if v.Status == crm.DealOpen && d.sameColumn(&c.ClosedAt, &c.ExpectedClose) {
		v.ClosedOn = crm.NoDate // many CRMs have one close date: expected while the deal is open
	}
	d.judgeDeal(c, &v)
	v.ID, v.Name, v.Customer, v.Rep = crm.DealID(d.id(&c.Deal)), d.id(&c.Name), d.customer(&c.Customer), d.rep(&c.Rep)
	v.LostReason, v.Competitor, v.Source = d.id(&c.LostReason), d.id(&c.Competitor), d.id(&c.Source)
	return append(out, v)
}

// judgeDeal lists what is odd about a deal that stands.
func (d *row) judgeDeal(c *dealRow, v *crm.Deal) {
	if c.Rep == "" {
		d.warn(&c.Rep, "blank_rep", "a rep; the deal counts under "+crm.UnassignedID)
	}
	if c.CreatedAt == "" {
		d.warn(&c.CreatedAt, "blank_created", "a date; the deal has no age")
	}
	if v.CreatedOn.Known() && v.ClosedOn.Known() && v.ClosedOn < v.CreatedOn {
		d.warn(&c.ClosedAt, "closed_before_created", "on or after the creation "+v.CreatedOn.String())
	}
	if v.Status != crm.DealOpen && v.Status != crm.DealVoid && !v.ClosedOn.Known() {
		d.warn(&c.ClosedAt, "closed_without_date", "the day the deal was closed")
	}
}

func statusOf(s crm.Stage) crm.DealStatus {
	switch s {
	case crm.Won, crm.Collected:
		return crm.DealWon
	case crm.Lost:
		return crm.DealLost
	case crm.Void:
		return crm.DealVoid
	}
	return crm.DealOpen
}

func orNew(t crm.ContractType) crm.ContractType {
	if t == "" {
		return crm.New
	}
	return t
}

func stageEntry(d *row, c *stageRow, out []crm.StageEntry) []crm.StageEntry {
	v := crm.StageEntry{Pos: d.Pos, Stage: d.stage(&c.Stage), At: d.stamp(&c.ChangedAt), ExpectedClose: d.date(&c.Expected)}
	currency := d.run.o.Currency
	if in, ok := d.run.dealIn[crm.DealID(c.Deal)]; ok {
		currency = in
	}
	v.Amount, v.AmountKnown = d.money(&c.Amount, currency)
	if c.Sequence != "" {
		n, ok := d.whole(&c.Sequence)
		if !ok {
			d.reject(&c.Sequence, "bad_number", "a whole number like 12")
		}
		v.Sequence = n
	}
	if d.rejected {
		return out
	}
	v.Deal, v.Rep = crm.DealID(d.id(&c.Deal)), d.rep(&c.Rep)
	return append(out, v)
}

func contract(d *row, c *contractRow, out []crm.Contract) []crm.Contract {
	w := d.run.words
	v := crm.Contract{Pos: d.Pos, Type: orNew(word(d, &c.Type, &w.kind)), SignDate: d.date(&c.SignDate),
		Start: d.date(&c.Start), End: d.end(&c.End), TermMonths: d.count(&c.TermMonths), Per: d.source.AmountPer,
		Renewable: word(d, &c.Renewable, &w.tri), Status: word(d, &c.Status, &w.contract), StatusDate: d.date(&c.StatusDate)}
	currency := d.currency(&c.Currency)
	v.Amount, _ = d.money(&c.Amount, currency)
	v.Base, v.BaseKnown = d.money(&c.Base, currency)
	v.Margin, v.MarginKnown = d.money(&c.Margin, currency)
	if !v.BaseKnown {
		v.Base = v.Amount
	}
	if d.source.EndExclusive && v.End.Known() {
		v.End--
	}
	if d.rejected {
		return out
	}
	if v.End.Known() && v.SignDate > v.End {
		d.warn(&c.SignDate, "signed_after_end", "on or before the end "+v.End.String())
	}
	if v.Start.Known() && v.End.Known() && v.Start > v.End {
		d.warn(&c.End, "ends_before_start", "on or after the start "+v.Start.String())
	}
	v.ID, v.Deal, v.Predecessor = crm.ContractID(d.id(&c.Contract)), crm.DealID(d.id(&c.Deal)), crm.ContractID(d.id(&c.Predecessor))
	v.Product, v.Customer, v.Rep = d.id(&c.Product), d.customer(&c.Customer), d.rep(&c.Rep)
	return append(out, v)
}

func split(d *row, c *splitRow, out []crm.Split) []crm.Split {
	v := crm.Split{Pos: d.Pos, Share: d.share(&c.Share), Overlay: word(d, &c.CreditType, &d.run.words.overlay)}
	if v.Share < 0 || v.Share > 100*crm.One {
		d.reject(&c.Share, "bad_number", "a share like 0.5 or 50%")
	}
	if d.rejected {
		return out
	}
	v.Contract, v.Rep = crm.ContractID(d.id(&c.Contract)), d.rep(&c.Rep)
	return append(out, v)
}

func succession(d *row, c *successionRow, out []crm.Succession) []crm.Succession {
	v := crm.Succession{Pos: d.Pos, SignDate: d.date(&c.Signed)}
	if d.rejected {
		return out
	}
	v.Old, v.New = crm.ContractID(d.id(&c.Old)), crm.ContractID(d.id(&c.New))
	return append(out, v)
}
