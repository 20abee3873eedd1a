package pipeline

import (
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"time"

	"crmreport/ingest"
	"crmreport/ingest/crm"
)

const forecasts = "forecasts"

// forecastColumns are those of a week's forecasts: what the table has, with the
// amount in major units of its currency.
var forecastColumns = []string{"as_of", "period", "rep_id", "submitted_by", "submitted_at", "amount", "currency", "type"}

// ForecastsName is the file of a week's forecasts, below the folder of reports.
func ForecastsName(week string) string { return path.Join(Dir, week+ofForecasts) }

// WriteForecasts writes the submissions for days and periods that were not over
// before the week of the as-of day began, in their order, as Write does: of what
// was over, the weeks before hold what there was.
func WriteForecasts(w io.Writer, asOf crm.Date, all []crm.Forecast) error {
	monday := crm.Fiscal{}.Period(crm.Week, asOf).Start
	rows := [][]string{forecastColumns}
	for i := range all {
		f := &all[i]
		name, end := f.Period.Name, f.Period.End
		if f.Day.Known() {
			name, end = f.Day.String(), f.Day+1
		}
		if end <= monday {
			continue
		}
		rows = append(rows, []string{asOf.String(), name, f.Subject, f.SubmittedBy, f.At.String(), major(f.Amount), string(f.Amount.Currency), string(f.Type)})
	}
	return pack(w, rows)
}

// Said is what the forecasts said in a week that was kept.
type Said struct {
	stored
	rows []crm.Forecast // without their file
}

// ReadForecasts reads the forecasts that a folder of reports keeps of the weeks
// up to a day, the oldest first. A file that is damaged is a *ingest.Fault: what
// counted then would not be known.
func ReadForecasts(out string, upTo crm.Date, fiscal crm.Fiscal) ([]Said, error) {
	var weeks []Said
	err := open(out, ofForecasts, forecasts, "score", func(s stored, text []byte) error {
		w := Said{stored: s}
		err := scan(text, forecastColumns, w.add(fiscal))
		if err == nil && len(w.rows) > 0 && w.AsOf <= upTo {
			weeks = append(weeks, w)
		}
		return err
	})
	slices.SortStableFunc(weeks, func(a, b Said) int { return int(a.AsOf - b.AsOf) })
	return weeks, err
}

// add takes the rows of a file, with periods as fiscal names them.
func (w *Said) add(fiscal crm.Fiscal) func(cells []string, line int32) error {
	return func(cells []string, line int32) error {
		f, err := submission(cells, fiscal)
		if err == nil && len(w.rows) > 0 && cells[0] != w.AsOf.String() {
			err = errors.New("as_of is not the one day of the file")
		}
		if err != nil {
			return err
		}
		f.Line = line
		w.AsOf, _ = crm.ParseDate(cells[0]) // submission has read it
		w.rows = append(w.rows, f)
		return nil
	}
}

// submission reads what WriteForecasts wrote.
func submission(cells []string, fiscal crm.Fiscal) (f crm.Forecast, err error) {
	asOf, err := crm.ParseDate(cells[0])
	if err != nil {
		return f, err
	}
	f = crm.Forecast{Subject: cells[2], SubmittedBy: cells[3], Type: crm.ContractType(cells[7])}
	if f.Day, err = crm.ParseDate(cells[1]); err != nil {
		if f.Period, err = fiscal.ParsePeriod(cells[1]); err != nil {
			return f, err
		}
	}
	if f.At, err = stamp(cells[4]); err != nil {
		return f, err
	}
	known := false
	f.Amount, known = minor(cells[5], crm.Currency(cells[6]))
	switch {
	case !known:
		return f, fmt.Errorf("%q is no amount of %s", cells[5], cells[6])
	case f.Subject == "":
		return f, errors.New("rep_id is blank")
	case f.At.Date() > asOf:
		return f, errors.New("submitted_at is after as_of")
	case !slices.Contains([]crm.ContractType{"", crm.New, crm.Renewal, crm.Expansion}, f.Type):
		return f, fmt.Errorf("%q is no type", f.Type)
	}
	return f, nil
}

// stamp reads what crm.Stamp prints.
func stamp(text string) (crm.Stamp, error) {
	for _, form := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05"} {
		if t, err := time.Parse(form, text); err == nil {
			return crm.Stamp(t.Unix()), nil
		}
	}
	return crm.NoStamp, fmt.Errorf("%q is no time like 2025-03-03T18:00", text)
}

// JoinForecasts adds to a book the submissions that weeks tell and the exports
// say no more, because somebody overwrote or deleted them: a submission is one by
// whom and what it is for, its type, who submitted it and when. Of what is said
// more than once the exports are right, then the latest week. It gives the report
// a receipt of each file, and says how many were added and since when. What was
// added comes before what the exports say, so that of two at one instant theirs
// is the later row.
func JoinForecasts(b *crm.Book, report *ingest.Report, weeks []Said) (added int, since crm.Date) {
	said, first := map[submitted]bool{}, len(b.Files)
	for i := range b.Forecasts {
		said[submittedAs(&b.Forecasts[i])] = true
	}
	tables := make([][]crm.Forecast, len(weeks)+1)
	tables[len(weeks)] = b.Forecasts
	for i, w := range slices.Backward(weeks) {
		tables[i] = w.unsaid(said, int32(first+i))
	}
	b.Files = slices.Clip(b.Files)
	since = crm.NoDate
	for i, w := range weeks {
		n := len(tables[i])
		if n > 0 && added == 0 {
			since = w.AsOf
		}
		added += n
		c := w.receipt(forecasts, forecastColumns, len(w.rows))
		c.Accepted, c.Duplicates = n, len(w.rows)-n
		b.Files, report.Receipts = append(b.Files, w.File), append(report.Receipts, c)
		seat(b, tables[i])
	}
	for i := range weeks {
		strangers(b, report.Receipts[len(report.Receipts)-len(weeks)+i], tables[i])
	}
	b.Forecasts = slices.Concat(tables...)
	return added, since
}

// submitted is what makes a submission one.
type submitted struct {
	subject, by string
	start       crm.Date
	kind        crm.PeriodKind
	day         bool
	of          crm.ContractType
	at          crm.Stamp
}

func submittedAs(f *crm.Forecast) submitted {
	s := submitted{f.Subject, f.SubmittedBy, f.Period.Start, f.Period.Kind, f.Day.Known(), f.Type, f.At}
	if s.day {
		s.start = f.Day
	}
	return s
}

// unsaid are the rows that are not said yet, as those of a file; then they are.
func (w *Said) unsaid(said map[submitted]bool, file int32) (out []crm.Forecast) {
	for _, f := range w.rows {
		if !said[submittedAs(&f)] {
			f.File = file
			out = append(out, f)
		}
	}
	for i := range out {
		said[submittedAs(&out[i])] = true
	}
	return out
}

// seat gives a book without reps those whom rows are of, as reading does: its
// tree is whoever is named.
func seat(b *crm.Book, rows []crm.Forecast) {
	if b.Has("reps") {
		return
	}
	was := b.Reps.Len()
	for i := range rows {
		if _, known := b.Org.Find(rows[i].Subject); !known {
			b.Reps.Number(rows[i].Subject)
		}
	}
	if b.Reps.Len() > was {
		b.Org = crm.NewOrg(b.Reps, nil)
	}
}

// strangers notes the rows whose subject the organisation has no longer.
func strangers(b *crm.Book, c *ingest.Receipt, rows []crm.Forecast) {
	var p *ingest.Problem
	for i := range rows {
		f := &rows[i]
		if _, known := b.Org.Find(f.Subject); known {
			continue
		}
		if p == nil {
			p = note(c, "unknown_scope", f)
		}
		p.Count++
	}
}

// note adds a problem of a row's subject, as reading the table would.
func note(c *ingest.Receipt, code string, f *crm.Forecast) *ingest.Problem {
	p := &ingest.Problem{Code: code, Column: "rep_id", Line: int(f.Line), Example: f.Subject, Expected: "a rep_id, or a unit by its path such as 华东/上海/一组"}
	c.Problems = append(c.Problems, p)
	return p
}
