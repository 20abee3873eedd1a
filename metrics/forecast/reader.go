package forecast

import (
	"maps"
	"sort"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
	"crmreport/metrics/plan"
)

// reader makes lines of a book: it is the only part that reads the tables.
type reader struct {
	*crm.Book
	frame    *measure.Frame
	o        Options
	first    map[crm.PeriodKind]crm.Date // where forecasting of a kind begins
	firstDay crm.Date                    // where that of days begins
	typed    map[crm.PeriodKind]bool     // kinds with forecasts for a type
	amounts  bool                        // somebody gives one for a unit
	wanted   map[begun]bool              // the periods of the frame, and those that are scored: other plans only warn
	periods  map[begun]crm.Period        // those that plans are for
	freezes  map[begun]crm.Stamp         // what frozen has worked out
	warnings map[string]*measure.Warning
}

func newReader(b *crm.Book, f *measure.Frame, o Options) *reader {
	r := &reader{Book: b, frame: f, o: o, first: map[crm.PeriodKind]crm.Date{}, firstDay: crm.NoDate,
		typed: map[crm.PeriodKind]bool{}, wanted: map[begun]bool{}, periods: map[begun]crm.Period{},
		freezes: map[begun]crm.Stamp{}, warnings: map[string]*measure.Warning{}}
	if o.seen != nil {
		r.typed, r.amounts = maps.Clone(o.seen.typed), o.seen.amounts
	}
	for _, p := range f.Periods() {
		if whole(p) {
			r.wanted[beginOf(p)] = true
		}
	}
	return r
}

func (r *reader) warn(code string, text measure.Text) {
	if r.warnings[code] == nil {
		r.warnings[code] = &measure.Warning{Code: "forecast_" + code, Text: text}
	}
	r.warnings[code].N++
}

func (r *reader) sortedWarnings() []measure.Warning {
	var out []measure.Warning
	for _, w := range r.warnings {
		out = append(out, *w)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Code < out[j].Code })
	return out
}

// resolve finds whom an id of a plan stands for on a day.
func (r *reader) resolve(id string, day crm.Date) (crm.NodeNo, bool) {
	return plan.Scope(r.Book, id, day)
}
