package ingest

import (
	"strings"

	"crmreport/ingest/crm"
)

// The decoders turn one bound row into a record. Ids are numbered last, once
// the row is known to be good: a rejected row leaves no rep or customer behind.

func spell(d *row, c *repRow, out []crm.Spell) []crm.Spell {
	s := crm.Spell{Pos: d.Pos, Role: word(d, &c.Role, &d.run.words.role), HiredOn: d.date(&c.HiredOn), LeftOn: d.end(&c.LeftOn),
		From: d.date(&c.ValidFrom), To: d.end(&c.ValidTo)}
	if s.From.Known() && s.To.Known() && s.To < s.From {
		d.reject(&c.ValidTo, "ends_before_start", "on or after valid_from "+s.From.String())
	}
	if d.rejected {
		return out
	}
	s.Rep, s.Manager = d.rep(&c.Rep), d.rep(&c.Manager)
	s.Name, s.Plan = d.id(&c.Name), d.id(&c.Plan)
	s.Team, s.Area, s.Region = d.id(&c.Team), d.id(&c.Area), d.id(&c.Region)
	return append(out, s)
}

func customer(d *row, c *customerRow, out []crm.Customer) []crm.Customer {
	v := crm.Customer{Pos: d.Pos, CreatedOn: d.date(&c.CreatedAt), Private: word(d, &c.Pool, &d.run.words.private),
		TermsDays: d.count(&c.TermsDays), TermsKnown: c.TermsDays != ""}
	if d.rejected {
		return out
	}
	v.No, v.Rep, v.MergedInto = d.customer(&c.Customer), d.rep(&c.Rep), d.customer(&c.MergedInto)
	v.Name, v.Grade, v.Segment, v.Industry = d.id(&c.Name), d.id(&c.Grade), d.id(&c.Segment), d.id(&c.Industry)
	v.Region, v.City, v.Source = d.id(&c.Region), d.id(&c.City), d.id(&c.Source)
	return append(out, v)
}

func grade(d *row, c *gradeRow, out []crm.Grade) []crm.Grade {
	g := crm.Grade{Pos: d.Pos, Date: d.date(&c.Date)}
	if d.rejected {
		return out
	}
	g.Customer, g.Grade = d.customer(&c.Customer), d.id(&c.Grade)
	return append(out, g)
}

func ownership(d *row, c *ownershipRow, out []crm.Ownership) []crm.Ownership {
	o := crm.Ownership{Pos: d.Pos, From: d.date(&c.ValidFrom), To: d.end(&c.ValidTo)}
	if o.From.Known() && o.To.Known() && o.To < o.From {
		d.reject(&c.ValidTo, "ends_before_start", "on or after valid_from "+o.From.String())
	}
	if d.rejected {
		return out
	}
	o.Customer, o.Rep = d.customer(&c.Customer), d.rep(&c.Rep)
	return append(out, o)
}

func rosterDay(d *row, c *rosterRow, out []crm.RosterDay) []crm.RosterDay {
	v := crm.RosterDay{Pos: d.Pos, Date: d.date(&c.Date), Work: word(d, &c.Status, &d.run.words.work)}
	if d.rejected {
		return out
	}
	v.Rep = d.rep(&c.Rep)
	return append(out, v)
}

func calendarDay(d *row, c *calendarRow, out []crm.CalendarDay) []crm.CalendarDay {
	v := crm.CalendarDay{Pos: d.Pos, Date: d.date(&c.Date), Workday: word(d, &c.Workday, &d.run.words.tri) == crm.Yes, Region: d.id(&c.Region)}
	if d.rejected {
		return out
	}
	return append(out, v)
}

func coaching(d *row, c *coachingRow, out []crm.Coaching) []crm.Coaching {
	v := crm.Coaching{Pos: d.Pos, Date: d.date(&c.Date), FeedbackAt: d.stamp(&c.FeedbackAt), Purpose: d.id(&c.Purpose), Target: d.id(&c.Target)}
	for _, p := range strings.FieldsFunc(c.Points, func(r rune) bool { return r == ';' || r == '；' }) {
		if p = strings.TrimSpace(p); p != "" {
			v.Points = append(v.Points, strings.Clone(p))
		}
	}
	if d.rejected {
		return out
	}
	v.Rep, v.Coach = d.rep(&c.Rep), d.rep(&c.Coach)
	return append(out, v)
}
