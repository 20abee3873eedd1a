package forecast

import (
	"bytes"
	"fmt"
	"strconv"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
)

// Signed is what was signed, in minor units of the report currency, by type.
type Signed struct{ New, Renewal, Expansion int64 }

// Plus adds type by type.
func (s Signed) Plus(o Signed) Signed {
	return Signed{s.New + o.New, s.Renewal + o.Renewal, s.Expansion + o.Expansion}
}

// Total is all types together.
func (s Signed) Total() int64 { return s.New + s.Renewal + s.Expansion }

func (s *Signed) add(t crm.ContractType, minor int64) {
	switch t {
	case crm.Renewal:
		s.Renewal += minor
	case crm.Expansion:
		s.Expansion += minor
	default: // a blank type is new
		s.New += minor
	}
}

// Stated is a number somebody gave, and how many did: none given is not 0
//
type Stated struct{ Sum, Given int64 }

// Plus adds the numbers and the givers.
func (s Stated) Plus(o Stated) Stated { return Stated{s.Sum + o.Sum, s.Given + o.Given} }

// Submission is the forecast that counts at the freeze, in minor units of the
// report currency: All without a type, or one for each type.
type Submission struct{ All, New, Renewal, Expansion Stated }

// Plus adds type by type.
func (s Submission) Plus(o Submission) Submission {
	return Submission{s.All.Plus(o.All), s.New.Plus(o.New), s.Renewal.Plus(o.Renewal), s.Expansion.Plus(o.Expansion)}
}

// stated is a Submission of one type.
func stated(t crm.ContractType, s Stated) (out Submission) {
	switch t {
	case "":
		out.All = s
	case crm.Renewal:
		out.Renewal = s
	case crm.Expansion:
		out.Expansion = s
	default:
		out.New = s
	}
	return out
}

// minus is s less o, type by type.
func (s Submission) minus(o Submission) Submission {
	neg := func(x Stated) Stated { return Stated{-x.Sum, -x.Given} }
	return s.Plus(Submission{neg(o.All), neg(o.New), neg(o.Renewal), neg(o.Expansion)})
}

// Given reports whether there is any submission: a submitted 0 is one.
func (s Submission) Given() bool {
	return s.All.Given+s.New.Given+s.Renewal.Given+s.Expansion.Given > 0
}

// against pairs the forecast with the actual of the same types: a
// forecast without a type speaks of all, typed ones of their own types.
func (s Submission) against(a Signed) (forecast, actual int64) {
	if s.All.Given > 0 {
		return s.All.Sum, a.Total()
	}
	for _, t := range []struct {
		f Stated
		a int64
	}{{s.New, a.New}, {s.Renewal, a.Renewal}, {s.Expansion, a.Expansion}} {
		if t.f.Given > 0 {
			forecast, actual = forecast+t.f.Sum, actual+t.a
		}
	}
	return forecast, actual
}

// Targets are goals from above in minor units, by what they speak of.
type Targets struct{ All, New, Renewal Stated }

// Plus adds measure by measure.
func (t Targets) Plus(o Targets) Targets {
	return Targets{t.All.Plus(o.All), t.New.Plus(o.New), t.Renewal.Plus(o.Renewal)}
}

// Plan is what is planned for a leaf or a scope in a period.
type Plan struct {
	Submission Submission
	Index      Stated // confidence in units of 10^-9
	Targets    Targets
	Expected   int64 // a seller held the leaf at the freeze, or submitted
	Late       int64 // submitted after the freeze only
	Ties       int64 // two submissions at the same instant
	Proxy      int64 // submitted by somebody else
}

// Plus adds field by field.
func (p Plan) Plus(o Plan) Plan {
	return Plan{p.Submission.Plus(o.Submission), p.Index.Plus(o.Index), p.Targets.Plus(o.Targets),
		p.Expected + o.Expected, p.Late + o.Late, p.Ties + o.Ties, p.Proxy + o.Proxy}
}

// Daily is what a leaf forecasts for one day.
type Daily struct {
	Submission Submission
	Expected   int64 // a seller who works that day held the leaf, or submitted
}

// Plus adds field by field.
func (d Daily) Plus(o Daily) Daily {
	return Daily{d.Submission.Plus(o.Submission), d.Expected + o.Expected}
}

// Key addresses a leaf or a scope (No is a crm.LeafNo or a crm.NodeNo) in the
// period of Kind that begins on Start; Week is 0 but for revisions.
type Key struct {
	No    int32
	Kind  crm.PeriodKind
	Start crm.Date
	Week  uint8
}

// MarshalText makes keys JSON map keys: no@kind@start@week.
func (k Key) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%d@%d@%s@%d", k.No, k.Kind, k.Start, k.Week), nil
}

// UnmarshalText reads what MarshalText wrote.
func (k *Key) UnmarshalText(b []byte) error {
	parts := bytes.Split(b, []byte("@"))
	if len(parts) != 4 {
		return fmt.Errorf("%q is not a key of a plan", b)
	}
	no, err := strconv.ParseInt(string(parts[0]), 10, 32)
	if err != nil {
		return err
	}
	kind, err := strconv.ParseUint(string(parts[1]), 10, 8)
	if err != nil {
		return err
	}
	week, err := strconv.ParseUint(string(parts[3]), 10, 8)
	if err != nil {
		return err
	}
	k.No, k.Kind, k.Week = int32(no), crm.PeriodKind(kind), uint8(week)
	return k.Start.UnmarshalText(parts[2])
}

// LineKind says what a Line speaks of.
type LineKind uint8

// The kinds of line.
const (
	SignedLine  LineKind = iota // Leaf, Day, Signed
	SeatLine                    // Leaf, Period, Plan: a rep's own plan
	ScopeLine                   // Scope, Period, Plan: what is given to or by a unit or a rep
	DayLine                     // Leaf, Day, Daily: a rep's forecast of a day
	RevisedLine                 // Leaf, Period, Week, Change: a rep's later submission
)

// Line is the one record kind of the family, made from plans and signed
// contracts.
type Line struct {
	Kind   LineKind
	Leaf   crm.LeafNo
	Day    crm.Date
	Signed Signed
	Scope  crm.NodeNo
	Period crm.Period
	Plan   Plan
	Daily  Daily
	Week   uint8      // of the period, from 1
	Change Submission // what is in force at the end of Week less what was at the end of the one before
}

// Acc is the additive state of the family. The zero value is ready.
type Acc struct {
	Signed  fold.Cells[Signed] // by leaf and sign date
	Seats   map[Key]Plan       // by leaf and period
	Scopes  map[Key]Plan       // by scope and period
	Days    fold.Cells[Daily]  // by leaf and day forecast
	Revised map[Key]Submission // by leaf, period and week: the change since the week before, week 0 being Seats'
}

// Add adds a line.
func (a *Acc) Add(l Line) {
	a.init()
	switch l.Kind {
	case SignedLine:
		a.Signed.Add(l.Leaf, l.Day, l.Signed)
	case SeatLine:
		addTo(a.Seats, Key{int32(l.Leaf), l.Period.Kind, l.Period.Start, 0}, l.Plan)
	case ScopeLine:
		addTo(a.Scopes, Key{int32(l.Scope), l.Period.Kind, l.Period.Start, 0}, l.Plan)
	case DayLine:
		a.Days.Add(l.Leaf, l.Day, l.Daily)
	case RevisedLine:
		addTo(a.Revised, Key{int32(l.Leaf), l.Period.Kind, l.Period.Start, l.Week}, l.Change)
	}
}

// Merge adds another state: sums only, so that any split and order of the lines
// gives the same.
func (a *Acc) Merge(o *Acc) {
	a.init()
	a.Signed.Merge(o.Signed)
	for k, p := range o.Seats {
		addTo(a.Seats, k, p)
	}
	for k, p := range o.Scopes {
		addTo(a.Scopes, k, p)
	}
	a.Days.Merge(o.Days)
	for k, s := range o.Revised {
		addTo(a.Revised, k, s)
	}
}

func (a *Acc) init() {
	if a.Signed == nil {
		a.Signed = fold.Cells[Signed]{}
	}
	if a.Seats == nil {
		a.Seats = map[Key]Plan{}
	}
	if a.Scopes == nil {
		a.Scopes = map[Key]Plan{}
	}
	if a.Days == nil {
		a.Days = fold.Cells[Daily]{}
	}
	if a.Revised == nil {
		a.Revised = map[Key]Submission{}
	}
}

func addTo[V fold.Summand[V]](m map[Key]V, k Key, v V) { m[k] = m[k].Plus(v) }
