package metrics

import (
	"fmt"
	"slices"
	"strings"

	"crmreport/ingest/crm"
	"crmreport/metrics/conversion"
	"crmreport/metrics/measure"
	"crmreport/metrics/plan"
	"crmreport/metrics/snapshot"
	"crmreport/metrics/trace"
)

// Question asks for one number of a run.
type Question struct {
	Metric string
	Scope  string // an id as Org.Find takes it; "" is the company
	Period string // a name such as 2025-03, or week, month, quarter, year: the current one; "" is the month
	Key    string // a further dimension, such as stage=proposal
}

// Explanation is the answer: the number and the rows it rests on.
type Explanation struct {
	Definition measure.Definition
	Scope      snapshot.Scope
	Period     crm.Period
	Value      snapshot.Value
	Worked     []Term          // the formula with this scope's numbers in it; nil: nothing to put in
	IfRejected *snapshot.Value // of a headline of the company: what the rejected rows could make it
	Evidence   []Evidence
	Inputs     []snapshot.Input // of a metric that counts rows read: the files
	Alone      Verdict          // whether the rows of Evidence alone give the same value
}

// Verdict is what came of computing a number from the rows behind it alone.
type Verdict string

// The verdicts.
const (
	Confirmed Verdict = "confirmed" // the rows alone give the number
	Refuted   Verdict = "refuted"   // they do not: a bug
	Untested  Verdict = "untested"  // it rests on who was there and on the calendar, which are no rows of events
)

// Evidence is the rows behind one side of the number, or behind a metric that
// it is worked out of.
type Evidence struct {
	Title measure.Text
	Value snapshot.Value // of the metric
	Side  string         // numerator or denominator; "": the whole of Value
	Rows  []crm.RowRef   // by table, file, line
}

// UnknownError says that a Question names something that is not there.
type UnknownError struct {
	What, Name string
	Known      []string // what could have been meant
}

func (e *UnknownError) Error() string { return fmt.Sprintf("there is no %s %q", e.What, e.Name) }

// Explain answers q over the book, with the code that computed the number: rows
// are taken away from small parts of the book and the family computes again.
func Explain(b *crm.Book, inputs []snapshot.Input, o Options, q Question) (*Explanation, error) {
	x := newExplainer(b, o)
	def, err := x.definition(q.Metric)
	if err != nil {
		return nil, err
	}
	def.Seats = def.Seats || def.SeatKey != "" && strings.Contains(q.Key, def.SeatKey)
	if def.CashKey == "*" || def.CashKey != "" && def.CashKey == q.Key {
		def.Rows, def.Whole = crm.ByCash, true
	}
	slot, err := x.slot(q)
	if err != nil {
		return nil, err
	}
	switch { // the keys are those of the whole
	case strings.HasPrefix(def.ID, "funnel."):
		x.options.Funnel = o.Funnel.Look(b, x.frame)
	case strings.HasPrefix(def.ID, "forecast."):
		x.options.Forecast = o.Forecast.Look(b, x.frame)
	}
	if strings.HasPrefix(q.Key, "city=") { // likewise
		x.options.Team = o.Team.Look(b)
	}
	e := &Explanation{Definition: def, Period: slot.Period, Scope: scopes(b)[slot.Scope]}
	if def.ID == ifRejectedID {
		return x.rejected(e, inputs, slot, q)
	}
	if strings.HasPrefix(def.ID, "data.") {
		return x.counted(e, inputs, q)
	}
	v, err := x.value(def, slot, q.Key)
	if err != nil {
		return nil, err
	}
	e.Value = x.shown(v)
	e.Worked = x.worked(v, func(s measure.Slot) []measure.Value { return x.values(def.ID, s) })
	e.IfRejected = x.ifRejected(inputs, def, v)
	x.fill(e, def, v)
	e.Alone = x.alone(e, v)
	return e, nil
}

type explainer struct {
	book    *crm.Book
	frame   *measure.Frame
	options Options
	groups  map[crm.Grouping][]*crm.Book
	amounts map[string]bool // the ratios of amounts
	done    map[known][]measure.Value
}

func newExplainer(b *crm.Book, o Options) *explainer {
	x := &explainer{book: b, frame: measure.NewFrame(b), options: o, groups: map[crm.Grouping][]*crm.Book{}, amounts: map[string]bool{}, done: map[known][]measure.Value{}}
	for _, d := range Definitions() {
		x.amounts[d.ID] = d.Amounts
	}
	return x
}

func (x *explainer) definition(id string) (measure.Definition, error) {
	var known []string
	for _, d := range Definitions() {
		if d.ID == id {
			return d, nil
		}
		known = append(known, d.ID)
	}
	return measure.Definition{}, &UnknownError{"metric", id, known}
}

func (x *explainer) slot(q Question) (measure.Slot, error) {
	var s measure.Slot
	if q.Scope != "" {
		n, ok := x.book.Org.Find(q.Scope)
		if !ok {
			var known []string
			for _, n := range x.book.Org.Nodes {
				known = append(known, n.ID)
			}
			return s, &UnknownError{"scope", q.Scope, known}
		}
		s.Scope = n
	}
	var known []string
	for _, p := range x.frame.Wanted(s.Scope, true) {
		known = append(known, p.Name)
		if p.Name == q.Period || x.frame.IsCurrent(p) && (p.Kind.String() == q.Period || q.Period == "" && p.Kind == crm.Month) {
			s.Period = p
			return s, nil
		}
	}
	return s, &UnknownError{"period", q.Period, known}
}

// counted explains what was counted while reading: by file.
func (x *explainer) counted(e *Explanation, inputs []snapshot.Input, q Question) (*Explanation, error) {
	e.Period = x.frame.Current[0]
	slot := measure.Slot{Scope: crm.Root, Period: e.Period}
	for _, v := range dataValues(inputs, slot) {
		if v.Metric == e.Definition.ID && v.Key == q.Key {
			e.Scope, e.Value, e.Alone = scopes(x.book)[crm.Root], x.shown(v), Untested
			e.Worked = x.worked(v, func(measure.Slot) []measure.Value { return dataValues(inputs, slot) })
			for _, in := range inputs {
				if q.Key == "" || q.Key == "table="+in.Table {
					e.Inputs = append(e.Inputs, in)
				}
			}
			return e, nil
		}
	}
	return nil, &UnknownError{"key", q.Key, keysOf(dataValues(inputs, slot), e.Definition.ID)}
}

// ifRejected is what the rejected rows could make of a headline of the company.
func (x *explainer) ifRejected(inputs []snapshot.Input, d measure.Definition, v measure.Value) *snapshot.Value {
	if !d.Headline || v.Slot.Scope != crm.Root || v.Key != "" || !x.frame.IsCurrent(v.Slot.Period) {
		return nil
	}
	all := headlines{}
	all.take(x.values(d.ID, v.Slot), x.frame)
	out := valueOf(x.book.Org, refusedBy(inputs).worst(d, v, all, x.options.Conversion.Golden, x.book.Currency.MinorDigits()))
	return &out
}

// rejected explains what the rejected rows could make of a headline: by file.
func (x *explainer) rejected(e *Explanation, inputs []snapshot.Input, s measure.Slot, q Question) (*Explanation, error) {
	id, _ := strings.CutPrefix(q.Key, "metric=")
	d, err := x.definition(id)
	if err != nil || !d.Headline {
		return nil, &UnknownError{"key", q.Key, headlineKeys()}
	}
	s.Scope = crm.Root
	v, err := x.value(d, s, "")
	if err != nil {
		return nil, err
	}
	w := x.ifRejected(inputs, d, v)
	if w == nil {
		return nil, &UnknownError{"number", e.Definition.ID + " in " + s.Period.Name, nil}
	}
	e.Value, e.Alone, e.Scope = *w, Untested, scopes(x.book)[crm.Root]
	for _, in := range inputs {
		if slices.Contains(d.Tables, in.Table) {
			e.Inputs = append(e.Inputs, in)
		}
	}
	return e, nil
}

func headlineKeys() []string {
	var out []string
	for _, d := range Definitions() {
		if d.Headline {
			out = append(out, "metric="+d.ID)
		}
	}
	return out
}

// known is a part of a family, by its first metric, in a slot.
type known struct {
	part string
	slot measure.Slot
}

// values are those of a metric's part of its family in a slot; each slot is
// computed once.
func (x *explainer) values(id string, s measure.Slot) []measure.Value {
	name, compute := x.partOf(id)
	k := known{name, s}
	if _, ok := x.done[k]; !ok {
		x.done[k] = compute(x.book, x.frame.Narrowed(s)).Values
	}
	return x.done[k]
}

// partOf returns what a metric is computed with: the first metric of that part of
// its family, and the function.
func (x *explainer) partOf(id string) (name string, compute func(*crm.Book, *measure.Frame) measure.Result) {
	for _, f := range families(x.options) {
		for _, p := range f {
			ds := p.definitions()
			if slices.ContainsFunc(ds, func(d measure.Definition) bool { return d.ID == id }) {
				return ds[0].ID, p.compute
			}
		}
	}
	return "", nil
}

// compute is the function of partOf.
func (x *explainer) compute(id string) func(*crm.Book, *measure.Frame) measure.Result {
	_, compute := x.partOf(id)
	return compute
}

// value computes one number of the whole book.
func (x *explainer) value(d measure.Definition, s measure.Slot, key string) (measure.Value, error) {
	values := x.values(d.ID, s)
	if v, ok := pick(values, d.ID, s, key); ok {
		return v, nil
	}
	if known := keysOf(values, d.ID); len(known) > 0 {
		return measure.Value{}, &UnknownError{"key", key, known}
	}
	return measure.Value{}, &UnknownError{"number", d.ID + " of " + x.book.Org.Nodes[s.Scope].ID + " in " + s.Period.Name, nil}
}

func pick(values []measure.Value, id string, s measure.Slot, key string) (measure.Value, bool) {
	for _, v := range values {
		if v.Metric == id && v.Slot == s && v.Key == key {
			return v, true
		}
	}
	return measure.Value{}, false
}

func keysOf(values []measure.Value, id string) []string {
	var out []string
	for _, v := range values {
		if v.Metric == id && !slices.Contains(out, v.Key) {
			out = append(out, v.Key)
		}
	}
	slices.Sort(out)
	return out
}

// targets titles the rows of targets behind a number.
var targets = measure.Text{ZH: "目标", EN: "Targets"}

// fill adds the evidence of a value: of the metrics it is worked out of, else
// its own.
func (x *explainer) fill(e *Explanation, d measure.Definition, v measure.Value) {
	if d.Seats {
		e.Evidence = append(e.Evidence, Evidence{Title: d.Title, Value: e.Value, Rows: trace.Sorted(append(x.seats(v.Slot), x.workdays(d, v.Slot)...))})
	}
	if len(d.Goals) > 0 {
		rows := plan.ReadTargets(x.book).Behind(v.Slot.Scope, v.Slot.Period, x.frame.AsOf, d.Below, d.Goals...)
		e.Evidence = append(e.Evidence, Evidence{Title: targets, Value: e.Value, Rows: rows})
	}
	if d.Curve != "" && v.Key == conversion.CurveKey {
		part, _ := x.definition(d.Curve)
		for _, p := range conversion.Closed(x.frame, v.Slot.Period.Kind) {
			x.part(e, part, measure.Slot{Scope: crm.Root, Period: p}, "")
		}
	}
	for _, id := range d.Peers {
		part, _ := x.definition(id)
		part.BySeat = true
		for _, s := range x.stretches(v) {
			x.part(e, part, measure.Slot{Scope: crm.Root, Period: s.Period}, "")
		}
	}
	for _, id := range d.Ever {
		part, _ := x.definition(id)
		x.part(e, part, measure.Slot{Scope: crm.Root, Period: x.ever()}, "")
	}
	if len(d.Of) > 0 {
		for _, id := range d.Of {
			part, _ := x.definition(id)
			for _, s := range x.stretches(v) {
				part.BySeat = d.BySeat
				x.part(e, part, s, v.Key)
			}
		}
		return
	}
	if len(d.Goals)+len(d.Peers) == 0 && (!d.Seats || d.Kind == measure.Ratio) {
		x.own(e, d, v)
	}
}

// ever is the time since the first visit or contract, as a period.
func (x *explainer) ever() crm.Period {
	p := crm.Period{Kind: crm.Year, Name: "ever", Start: x.frame.AsOf, End: x.frame.AsOf + 1}
	for i := range x.book.Visits {
		p.Start = min(p.Start, x.book.Visits[i].At.Date())
	}
	for i := range x.book.Contracts {
		p.Start = min(p.Start, x.book.Contracts[i].SignDate)
	}
	return p
}

// stretches are the slots that a value looks at: what is held against the
// stretch before looks at both.
func (x *explainer) stretches(v measure.Value) []measure.Slot {
	out := []measure.Slot{v.Slot}
	if v.Key == "base=previous" {
		i := slices.Index(x.frame.Current, v.Slot.Period)
		out = append(out, measure.Slot{Scope: v.Slot.Scope, Period: x.frame.Comparable[i]})
	}
	return out
}

// part adds the evidence of a metric that another is worked out of, under the
// same key where it has that.
func (x *explainer) part(e *Explanation, d measure.Definition, s measure.Slot, key string) {
	v, err := x.value(d, s, key)
	if err != nil {
		v, err = x.value(d, s, "")
	}
	if err == nil {
		x.own(e, d, v)
	}
}

// own adds the evidence of a value from its own rows.
func (x *explainer) own(e *Explanation, d measure.Definition, v measure.Value) {
	groups, whole, again := x.cut(d, v), d.Whole || d.Rows == crm.ByDeal, x.again(d, v)
	if d.Rows == crm.ByUnit || d.Rows == crm.Together {
		groups[0] = spareTables(groups[0], again)
	}
	add := func(side string, rows []crm.RowRef) {
		if whole { // not cut: of other tables there may be rows among them
			rows = slices.DeleteFunc(rows, func(r crm.RowRef) bool { return !slices.Contains(d.Tables, r.Table) })
		}
		e.Evidence = append(e.Evidence, Evidence{Title: d.Title, Value: x.shown(v), Side: side, Rows: rows})
	}
	switch {
	case d.Kind == measure.Ratio && d.Seats: // the seats are the denominator
		add("numerator", trace.Rows(groups, whole, func(b *crm.Book) number { return again(b).numerator() }))
	case d.Kind == measure.Ratio && !d.Netted:
		top, bottom := trace.Sides(groups, whole, func(b *crm.Book) (number, number) {
			n := again(b)
			return n.numerator(), n.denominator()
		})
		add("numerator", top)
		add("denominator", bottom)
	case d.Netted && d.Rows == crm.ByRep && !whole:
		add("", trace.Keeping(groups, x.shared(), again))
	default:
		add("", trace.Rows(groups, whole, again))
	}
}

// spareTables is b without the tables of plans that a number does not rest on:
// its rows are not tried one by one.
func spareTables(b *crm.Book, again func(*crm.Book) number) *crm.Book {
	want := again(b)
	for _, spare := range []func(*crm.Book){
		func(p *crm.Book) { p.Targets = nil }, func(p *crm.Book) { p.Confidence = nil }, func(p *crm.Book) { p.Forecasts = nil },
	} {
		without := *b
		if spare(&without); again(&without) == want {
			b = &without
		}
	}
	return b
}

// shared names the rows of contracts whose credit is split. A rep's group can
// spare one where it changes nothing, such as a hit; another's keeps it, and
// then it counts for both.
func (x *explainer) shared() func(crm.Pos) bool {
	split, at := map[crm.ContractID]bool{}, map[crm.Pos]bool{}
	for _, s := range x.book.Splits {
		split[s.Contract], at[s.Pos] = true, true
	}
	for _, c := range x.book.Contracts {
		if split[c.ID] {
			at[c.Pos] = true
		}
	}
	return func(p crm.Pos) bool { return at[p] }
}

// again returns the function that computes a value of parts of the book. What
// only a rep's whole account gives (BySale) is the rep's own number, where it
// counts in the scope; of what adds up over reps (BySeat), what each rep under
// the scope has of it there matters.
func (x *explainer) again(d measure.Definition, v measure.Value) func(*crm.Book) number {
	compute, frame := x.lean().compute(d.ID), x.frame.Narrowed(v.Slot)
	if d.BySeat || d.Rows == crm.BySale {
		frame = x.frame.NarrowedWithReps(v.Slot)
	}
	under := x.book.Org.Under(v.Slot.Scope)
	if d.BySeat {
		frame.Org = under
	}
	return func(b *crm.Book) number {
		if d.BySeat {
			part := *b
			part.Org, b = under, &part
		}
		values := compute(b, frame).Values
		w, _ := pick(values, d.ID, v.Slot, v.Key)
		n := numberOf(d, w)
		if rep, ok := b.Org.OnlyRep(); ok && d.Rows == crm.BySale && n != (number{}) {
			w, _ = pick(values, d.ID, measure.Slot{Scope: x.book.Org.RepNode(rep), Period: v.Slot.Period}, v.Key)
			return numberOf(d, w)
		}
		if d.BySeat {
			for _, w := range values {
				if w.Metric == d.ID && w.Key == v.Key && w.Num != 0 {
					n.reps += fmt.Sprint(w.Slot.Scope, w.Num, w.Den, ";")
				}
			}
		}
		return n
	}
}

// lean is x without a plan and without rostered days: no number with rows of its
// own needs them, and every part of the book would work them out again.
func (x *explainer) lean() *explainer {
	y := *x
	y.options.Conversion.PlanVisitsPerDay, y.options.Conversion.PlanValidPerDay = 0, 0
	y.options.Activity.Lean = true
	return &y
}

// number is what must not change for a row to be spared.
type number struct {
	num, den int64
	v        float64
	ok       bool
	n        int64  // of a score and where that is counted, how many it rests on: the censored count, though they alone give none
	reps     string // every rep's, where that matters
}

// numberOf takes it from a value. A count of 0 is what no row gives, too.
func numberOf(d measure.Definition, v measure.Value) number {
	if (d.Kind == measure.Count || d.Kind == measure.Amount) && v.Num == 0 && !(d.Counted && v.N > 0) {
		return number{}
	}
	n := number{num: v.Num, den: v.Den, v: v.V, ok: v.OK}
	if d.Kind == measure.Score || d.Counted {
		n.n = v.N
	}
	return n
}

func (n number) numerator() number   { return number{num: n.num, reps: n.reps} }
func (n number) denominator() number { return number{den: n.den, n: n.n, reps: n.reps} }

// alone computes the value again from the rows of the evidence alone.
func (x *explainer) alone(e *Explanation, v measure.Value) Verdict {
	if e.Definition.Seats {
		return Untested
	}
	in := map[crm.Pos]bool{}
	for _, ev := range e.Evidence {
		for _, r := range ev.Rows {
			in[r.Pos] = true
		}
	}
	alone := x.book.Part(func(p crm.Pos) bool { return in[p] })
	w, _ := pick(x.compute(v.Metric)(alone, x.frame.Narrowed(v.Slot)).Values, v.Metric, v.Slot, v.Key)
	if numberOf(e.Definition, v) == numberOf(e.Definition, w) {
		return Confirmed
	}
	return Refuted
}
