package compare

import (
	"fmt"
	"math/big"
	"slices"

	"crmreport/metrics/snapshot"
)

// ages holds the newest rows of the head's inputs against its as-of day. An
// input that the file knows nothing of is a fault of the rules; one that it
// says was missing fails.
func (c *comparison) ages() (rows []Row, err error) {
	for i := range c.rules.Fresh {
		f := &c.rules.Fresh[i]
		in, files := newest(c.head, f.Input)
		switch {
		case files > 0:
			rows = append(rows, f.age(&in, c.head.AsOf)...)
		case slices.Contains(c.head.Missing, f.Input) || rowsRead(c.base, f.Input) > 0:
			r := f.row("data.newest", Missing, Fail)
			r.Message = "no export of " + f.Input + " was read"
			rows = append(rows, r)
		default:
			return nil, &RuleFault{prefix(f.Place) + fmt.Sprintf("no input of table %q in the file; mend its name, or take the rule out", f.Input)}
		}
	}
	return rows, nil
}

// newest is the file of a table with the newest row, of which it also has the
// number of rows dated after the as-of day in all of them: exports of one year a
// file are as fresh as the last.
func newest(d *snapshot.Document, table string) (in snapshot.Input, files int) {
	for _, x := range d.Inputs {
		if x.Table != table {
			continue
		}
		future := in.FutureRows + x.FutureRows
		if files == 0 || x.Newest > in.Newest {
			in = x
		}
		in.FutureRows = future
		files++
	}
	return in, files
}

func (f *Freshness) row(metric string, s State, l Level) Row {
	return Row{Metric: metric, Key: "table=" + f.Input, Rule: "freshness/" + f.Input, State: s, Level: l}
}

// age says how old an input is, and whether it has rows of the future.
func (f *Freshness) age(in *snapshot.Input, asOf string) []Row {
	r := f.row("data.newest", Within, Info)
	days, known := in.Age(asOf)
	switch {
	case !known:
		r.State, r.Message = NoData, fmt.Sprintf("no dated row in %s", in.File)
	case f.Fail.Passed(days, in.AgeWorkdays):
		r.State, r.Level = Stale, Fail
	case f.Warn.Passed(days, in.AgeWorkdays):
		r.State, r.Level = Stale, Warn
	}
	if known {
		r.Message = fmt.Sprintf("newest row of %s is of %s: %d days, %d of them working days, before %s", in.File, in.Newest, days, in.AgeWorkdays, asOf)
	}
	rows := []Row{r}
	if f.Future != "" && in.FutureRows > 0 {
		r := f.row("data.future_rows", Future, f.Future)
		r.N, r.Message = in.FutureRows, fmt.Sprintf("%d rows are dated after %s: a wrong date is no fresh one", in.FutureRows, asOf)
		rows = append(rows, r)
	}
	return rows
}

// Passed reports whether an age, in days and in working days, is beyond a.
func (a Age) Passed(days, workdays int64) bool {
	return a.Days != 0 && a.In(days, workdays) > int64(a.Days)
}

// In is the age in the unit of a.
func (a Age) In(days, workdays int64) int64 {
	if a.Workdays {
		return workdays
	}
	return days
}

// lostRows holds the rows of the head's inputs against those of the base: an
// export that was cut short has fewer.
func (c *comparison) lostRows() []Row {
	var rows []Row
	for i := range c.rules.Fresh {
		f := &c.rules.Fresh[i]
		was, is := rowsRead(c.base, f.Input), rowsRead(c.head, f.Input)
		if f.MinRows == nil || new(big.Rat).SetInt64(is).Cmp(new(big.Rat).Mul(f.MinRows, new(big.Rat).SetInt64(was))) >= 0 {
			continue
		}
		r := f.row("data.rows_read", FewRows, Warn)
		if f.MinRowsFail {
			r.Level = Fail
		}
		r.N, r.Message = is, fmt.Sprintf("%d rows, %d in the base: an export cut short?", is, was)
		rows = append(rows, r)
	}
	return rows
}

func rowsRead(d *snapshot.Document, table string) (n int64) {
	for _, in := range d.Inputs {
		if in.Table == table {
			n += in.Read
		}
	}
	return n
}
