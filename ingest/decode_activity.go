package ingest

import "crmreport/ingest/crm"

func visit(d *row, c *visitRow, out []crm.Visit) []crm.Visit {
	w := d.run.words
	at, entered, next := d.stamp(&c.StartAt), d.date(&c.EnteredAt), d.softDate(&c.NextOn)
	v := crm.Visit{
		Pos:       d.Pos,
		At:        at,
		NoteHash:  noteHash(c.Note),
		Channel:   word(d, &c.Channel, &w.channel),
		Met:       word(d, &c.MetRole, &w.met),
		Rejection: word(d, &c.Rejection, &w.rejection),
		Audit:     word(d, &c.Audit, &w.audit),
		Pitched:   word(d, &c.Pitched, &w.tri),
		Planned:   word(d, &c.Planned, &w.tri),
		Entered:   crm.LagOf(at.Date(), entered),
		Next:      crm.LagOf(at.Date(), next),
	}
	if d.rejected {
		return out
	}
	if v.Entered == crm.LagBefore {
		d.warn(&c.EnteredAt, "entered_before_visit", "on or after the visit's day "+v.At.Date().String())
	}
	v.Rep, v.Customer, v.Coach = d.rep(&c.Rep), d.customer(&c.Customer), d.rep(&c.Coach)
	return append(out, v)
}

func lead(d *row, c *leadRow, out []crm.Lead) []crm.Lead {
	v := crm.Lead{Pos: d.Pos, CreatedAt: d.stamp(&c.CreatedAt), AssignedAt: d.stamp(&c.AssignedAt), FirstFollowUp: d.stamp(&c.FirstFollowUpAt),
		ReclaimedAt: d.stamp(&c.ReclaimedAt), Status: word(d, &c.Status, &d.run.words.lead), StatusAt: d.stamp(&c.StatusAt)}
	if d.rejected {
		return out
	}
	v.ID, v.Source, v.Rep, v.Customer = d.id(&c.Lead), d.id(&c.Source), d.rep(&c.Rep), d.customer(&c.Customer)
	return append(out, v)
}

func complaint(d *row, c *caseRow, out []crm.Case) []crm.Case {
	v := crm.Case{Pos: d.Pos, OpenedOn: d.date(&c.OpenedAt), ClosedOn: d.date(&c.ClosedAt), Kind: d.id(&c.Kind)}
	if d.rejected {
		return out
	}
	if v.ClosedOn.Known() && v.ClosedOn < v.OpenedOn {
		d.warn(&c.ClosedAt, "closed_before_created", "on or after the opening "+v.OpenedOn.String())
	}
	v.ID, v.Customer = d.id(&c.Case), d.customer(&c.Customer)
	return append(out, v)
}

func poolMove(d *row, c *poolRow, out []crm.PoolMove) []crm.PoolMove {
	v := crm.PoolMove{Pos: d.Pos, Date: d.date(&c.Date), In: word(d, &c.Direction, &d.run.words.in), Count: d.count(&c.Count)}
	if c.Count == "" {
		v.Count = 1
		if c.Customer == "" {
			d.reject(&c.Count, "blank_required", "a count or a customer_id")
		}
	}
	if d.rejected {
		return out
	}
	v.Rep, v.Customer = d.rep(&c.Rep), d.customer(&c.Customer)
	return append(out, v)
}

func audit(d *row, c *auditRow, out []crm.Audit) []crm.Audit {
	v := crm.Audit{Pos: d.Pos, Date: d.date(&c.Date), Failed: word(d, &c.Result, &d.run.words.result),
		Kind: word(d, &c.Kind, &d.run.words.drawn), Rep: crm.NoRep, VisitOn: crm.NoDate}
	if d.rejected {
		return out
	}
	v.Visit = d.id(&c.Visit)
	return append(out, v)
}
