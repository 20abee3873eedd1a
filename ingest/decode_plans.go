package ingest

import "crmreport/ingest/crm"

func target(d *row, c *targetRow, out []crm.Target) []crm.Target {
	v := crm.Target{Pos: d.Pos, Period: d.period(&c.Period), Value: d.decimal(&c.Value)}
	if d.rejected {
		return out
	}
	v.Scope, v.Measure = d.id(&c.Scope), d.id(&c.Measure)
	return append(out, v)
}

func forecast(d *row, c *forecastRow, out []crm.Forecast) []crm.Forecast {
	v := crm.Forecast{Pos: d.Pos, Day: crm.NoDate, At: d.stamp(&c.SubmittedAt), Type: word(d, &c.Type, &d.run.words.kind)}
	if day, err := crm.ParseDate(c.Period); err == nil {
		v.Day = day
	} else {
		v.Period = d.period(&c.Period)
	}
	v.Amount, _ = d.money(&c.Amount, d.run.o.Currency)
	if d.rejected {
		return out
	}
	v.Subject, v.SubmittedBy = d.id(&c.Subject), d.id(&c.SubmittedBy)
	return append(out, v)
}

func confidence(d *row, c *confidenceRow, out []crm.Confidence) []crm.Confidence {
	v := crm.Confidence{Pos: d.Pos, Period: d.period(&c.Period), Index: d.share(&c.Index), At: d.stamp(&c.SubmittedAt)}
	if d.rejected {
		return out
	}
	v.Subject, v.GivenBy = d.id(&c.Subject), d.id(&c.GivenBy)
	return append(out, v)
}
