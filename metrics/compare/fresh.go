package compare

import (
	"fmt"
	"math/big"

	"crmreport/metrics/snapshot"
)

// age says how old an input is, and whether it has rows of the future.
func (f *Freshness) age(in *snapshot.Input, asOf string) []Row {
	r := Row{Metric: "data.newest", Key: "table=" + in.Table, Rule: "freshness/" + in.Table, State: Same, Level: Info}
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
	if f.Future != "" && f.Future != Off && in.FutureRows > 0 {
		rows = append(rows, Row{Metric: "data.future_rows", Key: r.Key, Rule: r.Rule, State: Future, Level: f.Future, N: in.FutureRows,
			Message: fmt.Sprintf("%d rows of %s are dated after %s: a wrong date is no fresh one", in.FutureRows, in.File, asOf)})
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

// fresh holds the inputs of the head against their age, and their rows against
// those of the base: a truncated export has fewer.
func (c *comparison) fresh() []Row {
	var rows []Row
	for i := range c.rules.Fresh {
		f := &c.rules.Fresh[i]
		for _, in := range c.head.Inputs {
			if in.Table == f.Input {
				rows = append(rows, f.age(&in, c.head.AsOf)...)
			}
		}
		if f.MinRows != nil {
			rows = append(rows, f.rows(read(c.base, f.Input), read(c.head, f.Input))...)
		}
	}
	return rows
}

func read(d *snapshot.Document, table string) (n int64) {
	for _, in := range d.Inputs {
		if in.Table == table {
			n += in.Read
		}
	}
	return n
}

// rows says where an input has lost rows.
func (f *Freshness) rows(was, is int64) []Row {
	if new(big.Rat).SetInt64(is).Cmp(new(big.Rat).Mul(f.MinRows, new(big.Rat).SetInt64(was))) >= 0 {
		return nil
	}
	level := Warn
	if f.MinRowsFail {
		level = Fail
	}
	return []Row{{Metric: "data.rows_read", Key: "table=" + f.Input, Rule: "freshness/" + f.Input, State: FewRows, Level: level, N: is,
		Message: fmt.Sprintf("%d rows, %d in the base: an export cut short?", is, was)}}
}
