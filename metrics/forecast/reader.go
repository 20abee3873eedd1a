package forecast

import (
	"sort"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
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

// resolve finds whom an id of a plan stands for on a day. A person is what the
// role of that day says, a seller or the unit they led, so that a promotion
// does not rewrite the past; else Org.Find decides.
func (r *reader) resolve(id string, day crm.Date) (crm.NodeNo, bool) {
	if rep := r.Reps.Lookup(id); rep != crm.NoRep {
		if s, ok := r.Org.Spell(rep, day); ok {
			if sells(s.Role) {
				return r.Org.RepNode(rep), true
			}
			if unit, ok := r.led(rep, s.Role, day); ok {
				return unit, true
			}
		}
	}
	return r.Org.Find(id)
}

func sells(role crm.Role) bool { return role == crm.Seller || role == "" }

// unitLevel is the level of the units that a role leads.
var unitLevel = map[crm.Role]crm.Level{crm.Supervisor: crm.Team, crm.AreaManager: crm.Area,
	crm.RegionalManager: crm.Region, crm.Head: crm.Company}

func (r *reader) led(rep crm.RepNo, role crm.Role, day crm.Date) (crm.NodeNo, bool) {
	want, leads := unitLevel[role]
	for _, n := range r.Org.Path(r.Org.Leaf(rep, day)) {
		if leads && r.Org.Nodes[n].Level == want {
			return n, true
		}
	}
	return 0, false
}
