package compare

import (
	"fmt"
	"strings"
	"time"

	"crmreport/metrics/snapshot"
)

// waive lets rows pass that fail or warn and that a waiver names. A waiver that
// is over lets none pass and fails by itself; one that nothing needs warns. Those
// of the other command's rules are its business.
func (d *Diff) waive(o Options, group string) {
	for i := range o.Rules.Waivers {
		w := &o.Rules.Waivers[i]
		if g, _, _ := strings.Cut(w.Rule, "/"); g != group && g != "freshness" {
			continue
		}
		needed := false
		over := o.Today.After(w.Until.Add(24*time.Hour - 1))
		long := o.MaxWaiver > 0 && w.Until.Sub(o.Today) > o.MaxWaiver
		for j := range d.Rows {
			r := &d.Rows[j]
			if r.Level != Fail && r.Level != Warn || r.Waived != "" || !w.fits(r, d.scopes[r.Scope]) {
				continue
			}
			needed = true
			if !over && !long {
				r.Waived = fmt.Sprintf("until %s: %s", w.Until.Format(time.DateOnly), w.Reason)
				if w.By != "" {
					r.Waived += " (" + w.By + ")"
				}
			}
		}
		d.ofWaiver(w, over, long, needed, o)
	}
}

// ofWaiver adds a row about a waiver itself, where there is something to say.
func (d *Diff) ofWaiver(w *Waiver, over, long, needed bool, o Options) {
	until := w.Until.Format(time.DateOnly)
	r := Row{Rule: w.Rule, Scope: w.Scope, Level: Fail}
	switch {
	case over:
		r.State, r.Message = WaiverExpired, fmt.Sprintf("the waiver ended on %s (%s); mend what it waived, or give it a new reason and day", until, w.Reason)
	case long:
		r.State, r.Message = WaiverTooLong, fmt.Sprintf("the waiver ends on %s, more than %d days ahead; see --max-waiver", until, int(o.MaxWaiver.Hours()/24))
	case !needed:
		r.State, r.Level, r.Message = WaiverUnused, Warn, fmt.Sprintf("nothing fails or warns that the waiver until %s names; take it out", until)
	default:
		return
	}
	r.Message = prefix(w.Place) + r.Message
	d.Rows = append(d.Rows, r)
}

func (w *Waiver) fits(r *Row, s *snapshot.Scope) bool {
	ofWaiver := r.State == WaiverExpired || r.State == WaiverTooLong || r.State == WaiverUnused
	if r.Rule == "" || ofWaiver {
		return false
	}
	group, _, _ := strings.Cut(r.Rule, "/") // a rule of several metrics is named by any of them, too
	return (globWhole(w.Rule, r.Rule) || globWhole(w.Rule, group+"/"+r.Metric)) && inScope(w.Level, w.Scope, s)
}

// Verdict counts rows by what follows of them.
type Verdict struct{ Fail, Warn, Waived, Info int }

// Verdict counts.
func (d *Diff) Verdict() (v Verdict) {
	for i := range d.Rows {
		switch r := &d.Rows[i]; {
		case r.Waived != "":
			v.Waived++
		case r.Level == Fail:
			v.Fail++
		case r.Level == Warn:
			v.Warn++
		default:
			v.Info++
		}
	}
	return v
}
