package team

import (
	"cmp"
	"slices"
	"strings"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
)

// CoachedDay is a day on which a rep was coached: as the coaching table says, or
// a visit with a coach.
type CoachedDay struct {
	Day      crm.Date
	Table    bool // there is a row of coaching
	Points   []string
	Purpose  bool
	Target   bool
	Feedback bool // in writing, that day
}

// Coached is every coached day of a rep, in order.
type Coached struct {
	Rep  crm.RepNo
	Days []CoachedDay
}

// coachedDays groups the coached days of a book by rep.
func coachedDays(b *crm.Book) []Coached {
	byRep := make([][]CoachedDay, b.Reps.Len())
	for i := range b.Coaching {
		c := &b.Coaching[i]
		if c.Rep == crm.NoRep {
			continue
		}
		byRep[c.Rep] = append(byRep[c.Rep], CoachedDay{c.Date, true, points(c), c.Purpose != "", c.Target != "", c.FeedbackAt.Date() == c.Date})
	}
	for i := range b.Visits {
		if v := &b.Visits[i]; v.Coach != crm.NoRep && v.Rep != crm.NoRep && v.At.Known() {
			byRep[v.Rep] = append(byRep[v.Rep], CoachedDay{Day: v.At.Date()})
		}
	}
	var out []Coached
	for rep, days := range byRep {
		if len(days) > 0 {
			out = append(out, Coached{crm.RepNo(rep), joined(days)})
		}
	}
	return out
}

// points are the points of a row, each once, as they were noted.
func points(c *crm.Coaching) []string {
	var out []string
	for _, p := range c.Points {
		if p = strings.TrimSpace(p); p != "" && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// joined makes one of several rows for a day.
func joined(days []CoachedDay) []CoachedDay {
	slices.SortStableFunc(days, func(x, y CoachedDay) int { return cmp.Compare(x.Day, y.Day) })
	out := days[:1]
	for _, d := range days[1:] {
		last := &out[len(out)-1]
		if d.Day != last.Day {
			out = append(out, d)
			continue
		}
		for _, p := range d.Points {
			if !slices.Contains(last.Points, p) {
				last.Points = append(slices.Clip(last.Points), p)
			}
		}
		last.Table, last.Purpose, last.Target, last.Feedback = last.Table || d.Table, last.Purpose || d.Purpose, last.Target || d.Target, last.Feedback || d.Feedback
	}
	return out
}

// CoachSums counts coached days.
type CoachSums struct {
	Days      int64
	OfNew     int64 // of reps who were new
	OfKnown   int64 // of reps of whom it is known when hired
	Noted     int64 // in the coaching table
	Purpose   int64 // of these, with a purpose
	Target    int64 // … with a target
	Feedback  int64 // … with feedback on the day
	TooMany   int64 // … with too many points
	Checked   int64 // points of these, where the rep was coached again
	Rechecked int64 // of these points, those that were taken up the next time
	Last      int64 // days that were not followed by another yet
}

// Plus adds field by field.
func (s CoachSums) Plus(t CoachSums) CoachSums {
	return CoachSums{s.Days + t.Days, s.OfNew + t.OfNew, s.OfKnown + t.OfKnown, s.Noted + t.Noted, s.Purpose + t.Purpose, s.Target + t.Target,
		s.Feedback + t.Feedback, s.TooMany + t.TooMany, s.Checked + t.Checked, s.Rechecked + t.Rechecked, s.Last + t.Last}
}

// CoachAcc folds the coached days of reps.
type CoachAcc struct {
	Days fold.Cells[CoachSums]

	book    *crm.Book
	options Options
	hires   hires
}

func newCoachAcc(b *crm.Book, o Options) *CoachAcc {
	return &CoachAcc{Days: fold.Cells[CoachSums]{}, book: b, options: o, hires: newHires(b)}
}

// Add folds the days of a rep, each in its leaf of the day.
func (a *CoachAcc) Add(c *Coached) {
	for i := range c.Days {
		d := &c.Days[i]
		s := CoachSums{Days: 1}
		if hired := a.hires.of(c.Rep, d.Day); hired.Known() {
			s.OfKnown, s.OfNew = 1, one(a.options.isNew(hired, d.Day))
		}
		if d.Table {
			s.Noted, s.Purpose, s.Target, s.Feedback = 1, one(d.Purpose), one(d.Target), one(d.Feedback)
			s.TooMany = one(len(d.Points) > a.options.CoachingPoints)
			checks := rechecks(c.Days, i)
			s.Last = one(checks == nil && len(d.Points) > 0)
			for _, again := range checks {
				s.Checked++
				s.Rechecked += one(again)
			}
		}
		a.Days.Add(a.book.Org.Leaf(c.Rep, d.Day), d.Day, s)
	}
}

// rechecks says of each point of a day whether it was taken up again on the next
// day that the coaching table has; nil where there is none yet (S4-33).
func rechecks(days []CoachedDay, i int) map[string]bool {
	for k := i + 1; k < len(days); k++ {
		if !days[k].Table {
			continue
		}
		out := make(map[string]bool, len(days[i].Points))
		for _, p := range days[i].Points {
			out[p] = slices.Contains(days[k].Points, p)
		}
		return out
	}
	return nil
}

func one(on bool) int64 {
	if on {
		return 1
	}
	return 0
}

// Merge adds the state of b.
func (a *CoachAcc) Merge(b *CoachAcc) { a.Days.Merge(b.Days) }

// coaching computes what was coached.
func coaching(b *crm.Book, f *measure.Frame, o Options) measure.Result {
	all := coachedDays(b)
	if !b.Has("coaching") && len(all) == 0 {
		return measure.Result{}
	}
	a := newCoachAcc(b, o)
	for i := range all {
		a.Add(&all[i])
	}
	out := f.Out()
	for slot, s := range rolled(a.Days, f, false) {
		if !unit(f, slot) {
			continue
		}
		ratio := func(id, key string, k, n int64, open bool) {
			v := measure.NewRatio(id, slot, k, n).Keyed(key)
			v.Open = f.Running(slot.Period) || open
			out.Add(v)
		}
		out.Add(count(f, coachedDaysID, slot, s.Days))
		ratio(coachedNewID, "", s.OfNew, s.OfKnown, false)
		if b.Has("coaching") {
			out.Add(count(f, tooManyPointsID, slot, s.TooMany))
			ratio(coachingFilledID, "field=purpose", s.Purpose, s.Noted, false)
			ratio(coachingFilledID, "field=target", s.Target, s.Noted, false)
			ratio(feedbackID, "", s.Feedback, s.Noted, false)
			ratio(recheckID, "", s.Rechecked, s.Checked, s.Last > 0)
		}
	}
	if !b.Has("coaching") {
		return measure.Result{Values: out.Rest()}
	}
	return measure.Result{Values: out.Rest(), Lists: []measure.List{manyPoints(b, f, all, o)}}
}

// manyPoints lists the coached days of the year with too many points, the most
// points first.
func manyPoints(b *crm.Book, f *measure.Frame, all []Coached, o Options) measure.List {
	l := measure.List{ID: "activity.coaching_points", Metric: tooManyPointsID, Title: text("提升点过多的陪访日（本年）", "Coached days of this year with too many points"),
		Columns: []measure.Column{column(measure.CellScope, "销售", "Rep"), column(measure.CellDate, "陪访日", "Coached on"),
			column(measure.CellInt, "提升点数", "Points"), column(measure.CellText, "提升点", "Which")}}
	type many struct {
		rep crm.RepNo
		CoachedDay
	}
	var rows []many
	for _, c := range all {
		for _, d := range c.Days {
			if len(d.Points) > o.CoachingPoints && f.Current[crm.Year].Contains(d.Day) {
				rows = append(rows, many{c.Rep, d})
			}
		}
	}
	slices.SortFunc(rows, func(x, y many) int {
		return cmp.Or(-cmp.Compare(len(x.Points), len(y.Points)), -cmp.Compare(x.Day, y.Day), cmp.Compare(b.Reps.ID(x.rep), b.Reps.ID(y.rep)))
	})
	for _, r := range rows {
		l.Rows = append(l.Rows, measure.Row{Leaf: b.Org.Leaf(r.rep, r.Day), Cells: []measure.Cell{
			seller(b.Org, r.rep), {Num: int64(r.Day)}, {Num: int64(len(r.Points))}, {Text: strings.Join(r.Points, "; ")}}})
	}
	return l
}
