package sample

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"crmreport/ingest/crm"
)

// Options say how much to write. A zero field takes its default.
type Options struct {
	Reps  int      // sellers (200); supervisors and managers come on top
	Weeks int      // weeks of visits, the last one ending on End (26)
	Seed  uint64   // same seed, same bytes (1)
	End   crm.Date // last day of the export (2025-06-29); a Sunday, so that the last week is whole
}

// DefaultOptions returns the sample that the demonstration uses.
func DefaultOptions() Options {
	return Options{Reps: 200, Weeks: 26, Seed: 1, End: crm.DateOf(2025, 6, 29)}
}

func (o Options) withDefaults() (Options, error) {
	d := DefaultOptions()
	if o.Reps == 0 {
		o.Reps = d.Reps
	}
	if o.Weeks == 0 {
		o.Weeks = d.Weeks
	}
	if o.Seed == 0 {
		o.Seed = d.Seed
	}
	if o.End == 0 || o.End == crm.NoDate {
		o.End = d.End
	}
	if o.Reps < 0 || o.Reps > 99999 {
		return o, fmt.Errorf("sample: %d reps: want 1 to 99999", o.Reps)
	}
	if o.Weeks < 0 || o.Weeks > 520 {
		return o, fmt.Errorf("sample: %d weeks: want 1 to 520", o.Weeks)
	}
	return o, nil
}

// Write writes one file <table>.csv for every table into dir, which is made
// where it does not exist; files of those names are overwritten.
func Write(dir string, o Options) (*Truth, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("sample: %w", err)
	}
	return WriteTo(func(name string) (io.WriteCloser, error) {
		return os.OpenFile(filepath.Join(dir, name), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o640)
	}, o)
}

// WriteTo is Write to wherever create leads: it is called once for each file,
// all of which are open at the same time and closed before WriteTo returns.
func WriteTo(create func(name string) (io.WriteCloser, error), o Options) (*Truth, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	g := newGenerator(o)
	for i, s := range schemas() {
		if g.out[i], err = openTable(create, s, g.days); err != nil {
			break
		}
	}
	if err == nil {
		g.run()
	}
	for _, t := range g.out {
		if t == nil {
			continue
		}
		if cerr := t.close(); err == nil {
			err = cerr
		}
	}
	if err != nil {
		return nil, err
	}
	g.truth.Rows = map[string]int64{}
	for _, t := range g.out {
		g.truth.Rows[t.name] = t.rows
	}
	return g.truth, nil
}

// failed reports whether any table could not be written, so that a full disk
// ends a long run early.
func (g *generator) failed() bool {
	for _, t := range g.out {
		if t.err != nil {
			return true
		}
	}
	return false
}

// window is the time frame of the sample.
type window struct {
	from, end        crm.Date // first and last day with visits
	old              crm.Date // contracts begin here, two years before
	plot             crm.Period
	plotFrom, plotTo crm.Date // the days of plot that lie in the window
	rateChange       crm.Date // 1 January on which the commission rates change
	months           []crm.Period
	targets          []crm.Period // months that have targets
	weeks            []crm.Period // the last 14
	payroll          []crm.Period // months from old on; the last ones are closed
	closed           int          // how many of them commission_ledger pays
	ladders          []ladder     // commission rates
	workdays         []crm.Date   // the last 10 working days, company calendar
}

// payday is how many days after a month its commission is paid.
const payday = 10

// plotDays is how many days of a quarter the plot needs to unfold.
const plotDays = 42

func newWindow(o Options) window {
	w := window{end: o.End, from: o.End - crm.Date(7*o.Weeks) + 1}
	w.old = w.from - 730
	var f crm.Fiscal
	w.plot = f.Period(crm.Quarter, o.End)
	if o.End-w.plot.Start < plotDays && o.Weeks > 13 {
		w.plot = f.Previous(w.plot)
	}
	w.plotFrom, w.plotTo = max(w.plot.Start, w.from), min(w.plot.End-1, o.End)
	y, _, _ := o.End.Civil()
	w.rateChange = crm.DateOf(y, 1, 1)
	w.ladders = newLadders(w.rateChange)
	last := f.Period(crm.Quarter, o.End).End
	for m := f.Period(crm.Month, w.from); m.Start < last; m = f.Period(crm.Month, m.End) {
		if m.Start < w.from {
			continue // visits and signings begin within it
		}
		w.targets = append(w.targets, m)
		if m.Start <= o.End {
			w.months = append(w.months, m)
		}
	}
	for m := f.Period(crm.Month, w.old); m.End+payday <= o.End+1; m = f.Period(crm.Month, m.End) {
		w.payroll = append(w.payroll, m)
		if m.Start >= w.from {
			w.closed = min(w.closed+1, 3)
		}
	}
	for p := f.Period(crm.Week, o.End); p.Start >= w.from && len(w.weeks) < 14; p = f.Previous(p) {
		w.weeks = append([]crm.Period{p}, w.weeks...)
	}
	return w
}

// generator is one run.
type generator struct {
	o     Options
	w     window
	words *words
	cal   *calendar
	days  *dayText
	org   *org
	out   [tableCount]*table
	truth *Truth
	fx    []int64 // of a dollar, by month from window.old on, in ten-thousandths
	plan  *planBook
}

func newGenerator(o Options) *generator {
	g := &generator{o: o, w: newWindow(o), words: newWords()}
	y, _, _ := g.w.old.Civil()
	ye, _, _ := o.End.Civil()
	g.cal = newCalendar(crm.DateOf(y, 1, 1), crm.DateOf(ye, 12, 31))
	g.days = newDayText(g.w.old-400, o.End+500)
	for d := o.End; d >= g.w.from && len(g.w.workdays) < 10; d-- {
		if g.cal.works(false, d) {
			g.w.workdays = append([]crm.Date{d}, g.w.workdays...)
		}
	}
	g.truth = &Truth{Options: o, From: g.w.from, Quarter: g.w.plot, QuarterFrom: g.w.plotFrom, QuarterTo: g.w.plotTo}
	for _, m := range g.w.months {
		if m.End <= o.End+1 {
			g.truth.ClosedMonths = append(g.truth.ClosedMonths, m.Name)
		}
	}
	g.org = newOrg(g)
	g.plan = newPlanBook(g)
	return g
}

func (g *generator) run() {
	six := ""
	for _, r := range g.org.regions {
		if r.sixDay {
			six = r.name
		}
	}
	g.cal.write(g.out[tCalendar], six)
	g.writeRates()
	g.writeFX()
	g.writeManagers()
	for _, t := range g.org.teams {
		for _, r := range t.reps {
			g.writeRepRows(r)
		}
	}
	for _, t := range g.org.teams {
		for _, leaving := range []bool{true, false} { // leavers hand over to those who stay
			for _, r := range t.reps {
				if (r.left != crm.NoDate) == leaving {
					g.newSeller(r).run()
					r.inherited = nil
				}
			}
		}
		g.plan.closeTeam(t)
		g.payTeam(t)
		if g.failed() {
			return
		}
	}
	g.plan.closeCompany()
	g.truth.finish(g)
}

// writeRates writes the plans, whose rates change on 1 January.
func (g *generator) writeRates() {
	t := g.out[tRates]
	for _, l := range g.w.ladders {
		trigger := "booking"
		if l.plan == planCash {
			trigger = "cash"
		}
		for i, b := range l.brackets {
			t.raw(l.plan)
			t.none(2)
			t.raw(string(l.kind))
			t.raw("revenue")
			t.raw(trigger)
			t.raw((crm.One / perUnit * crm.Decimal(b.rate)).String())
			if len(l.brackets) == 1 {
				t.none(3)
			} else {
				t.money(b.from)
				if i+1 < len(l.brackets) {
					t.money(l.brackets[i+1].from)
				} else {
					t.none(1)
				}
				t.raw(l.mode)
			}
			t.date(l.from)
			t.date(l.to)
			t.end()
		}
	}
}

// writeFX writes a rate for the first of every month.
func (g *generator) writeFX() {
	t, d := g.out[tFX], newDice(g.o.Seed, 1)
	for m := (crm.Fiscal{}).Period(crm.Month, g.w.old); m.Start <= g.o.End; m = (crm.Fiscal{}).Period(crm.Month, m.End) {
		t.raw("USD")
		t.date(m.Start)
		f := int64(71600 + d.IntN(900))
		g.fx = append(g.fx, f)
		t.raw(fmt.Sprintf("%d.%04d", f/perUnit, f%perUnit))
		t.end()
	}
}
