package funnel

import (
	"fmt"
	"strings"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// describe writes units as "open S2 d2 r1 o0 2:17.5": fate, current stage,
// depth, regressions, reopens, then days in each stage entered.
func describe(r *rules, units []unit) string {
	var out []string
	for i := range units {
		u := &units[i]
		s := fmt.Sprintf("%s %s d%d r%d o%d", []string{"open", "won", "lost", "void"}[u.fate], r.pipeline.ID(u.current()), u.depth, u.regressions, u.reopens)
		for j, e := range u.entered {
			if e {
				s += fmt.Sprintf(" %d:%g", j, float64(u.dwell[j])/day)
			}
		}
		out = append(out, strings.Join(strings.Fields(s), " "))
	}
	return strings.Join(out, "; ")
}

// As of 30 June 2024; the days beside are hand counts on the calendar. K = 4,
// so that depth 5 is won.
func TestUnits(t *testing.T) {
	for _, c := range []struct{ name, history, want string }{
		{"nothing", "", ""},
		{"dates only run to the as-of date", "S1@2024-06-20", "open S1 d1 r0 o0 1:10"},
		{"times run to the end of its day", "S1@2024-06-20T12:00", "open S1 d1 r0 o0 1:10.5"},
		{"entered today", "S1@2024-06-30", "open S1 d1 r0 o0 1:0"},
		{"the last second counts", "S1@2024-06-30T23:59:59 S2@2024-07-01T00:00", "open S1 d1 r0 o0 1:1.1574074074074073e-05"},
		{"rows come unsorted", "S2@2024-06-21 S1@2024-06-20", "open S2 d2 r0 o0 1:1 2:9"},
		{"a save of another field", "S1@2024-06-01 S1@2024-06-10 S2@2024-06-20", "open S2 d2 r0 o0 1:19 2:10"},
		{"back and forth", "S1@2024-06-01 S2@2024-06-05 S1@2024-06-10 S2@2024-06-20", "open S2 d2 r1 o0 1:14 2:15"},
		{"a bulk edit is a fast pass", "S3@2024-06-01 won@2024-06-01 S1@2024-06-01 S2@2024-06-01", "won d5 r0 o0 1:0 2:0 3:0"},
		{"won and lost at one instant: lost is later", "S1@2024-06-01 lost@2024-06-02 won@2024-06-02", "lost d1 r0 o0 1:1"},
		{"back after 90 days: the same unit", "S2@2024-01-01 lost@2024-01-11 S1@2024-04-10 lost@2024-04-12", "lost d2 r0 o1 1:2 2:10"},
		{"back after 91 days: another", "S2@2024-01-01 lost@2024-01-11 S1@2024-04-11 lost@2024-04-12", "lost d2 r0 o0 2:10; lost d1 r0 o0 1:1"},
		{"a second over 90 days", "S1@2024-01-01 lost@2024-01-11T10:00 S1@2024-04-10T10:00:01 lost@2024-04-10T10:00:01", "lost d1 r0 o0 1:10.416666666666666; lost d1 r0 o0 1:0"},
		{"a withdrawn win reaches nothing", "S1@2024-06-01 won@2024-06-05 S2@2024-06-10", "open S2 d2 r0 o1 1:4 2:20"},
		{"cash follows won", "S1@2024-01-01 won@2024-01-05 collected@2024-03-01", "won d5 r0 o0 1:4"},
		{"cash does not delay the clock of a re-open", "S1@2024-01-01 won@2024-01-05 collected@2024-04-01 S1@2024-06-01", "won d5 r0 o0 1:4; open S1 d1 r0 o0 1:29"},
		{"cash alone stands for won", "S2@2024-01-01 collected@2024-01-05", "won d5 r0 o0 2:4"},
		{"won again", "S1@2024-01-01 won@2024-01-05 collected@2024-02-01 won@2024-03-01", "won d5 r0 o0 1:4"},
		{"a loss corrected to a win, however late", "S1@2024-01-01 lost@2024-01-05 won@2024-06-01", "won d5 r0 o0 1:4"},
		{"won, then void", "S1@2024-01-01 won@2024-01-05 void@2024-06-01", "void d0 r0 o0 1:4"},
		{"cash for a void deal", "S1@2024-01-01 void@2024-01-05 collected@2024-02-01", "void d0 r0 o0 1:4"},
		{"void, then restored", "S1@2024-06-01 void@2024-06-05 S2@2024-06-20", "open S2 d2 r0 o1 1:4 2:10"},
		{"lost without ever being in a stage", "lost@2024-01-05", "lost d0 r0 o0"},
		{"won without ever being in a stage", "won@2024-01-05", "won d5 r0 o0"},
	} {
		b := book(t, "2024-06-30", nil, nil, nil, entries(t, "A", c.history))
		a := newAcc(b, measure.NewFrame(b), DefaultOptions())
		if d := describe(a.rules, a.units(crm.DealLog{ID: "A", Entries: b.Stages})); d != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, d, c.want)
		}
	}
}

// a sequence on every row decides before the time, and no stint is
// negative; on some rows only it decides nothing.
func TestSequence(t *testing.T) {
	rows := entries(t, "A", "S1@2024-06-01 S3@2024-06-10 S2@2024-06-10")
	b := book(t, "2024-06-30", nil, nil, nil, rows)
	a := newAcc(b, measure.NewFrame(b), DefaultOptions())
	check := func(name, want string) {
		t.Helper()
		if d := describe(a.rules, a.units(crm.DealLog{ID: "A", Entries: rows})); d != want {
			t.Errorf("%s:\n got %s\nwant %s", name, d, want)
		}
	}
	check("by stage index", "open S3 d3 r0 o0 1:9 2:0 3:20")
	rows[0].Sequence, rows[1].Sequence, rows[2].Sequence = 1, 2, 3
	check("by sequence", "open S2 d3 r1 o0 1:9 2:20 3:0")
	rows[2].Sequence = 0
	check("by half a sequence", "open S3 d3 r0 o0 1:9 2:0 3:20")
	rows[0].Sequence, rows[1].Sequence, rows[2].Sequence = 3, 1, 2
	check("against the clock", "open S1 d3 r2 o0 1:20 2:0 3:0")
}

// Rows that are of no stage, of a stage the pipeline lacks, or without a time.
func TestUnknownRows(t *testing.T) {
	rows := entries(t, "A", "S1@2024-06-20 S2@2024-06-21 S3@2024-06-22 S4@2024-06-23")
	rows[1].Stage, rows[2].Stage, rows[3].At = crm.StageNone, 9, crm.NoStamp
	b := book(t, "2024-06-30", nil, nil, nil, rows)
	a := newAcc(b, measure.NewFrame(b), DefaultOptions())
	if d := describe(a.rules, a.units(crm.DealLog{ID: "A", Entries: rows})); d != "open S1 d1 r0 o0 1:10" {
		t.Error(d)
	}
}

// Where the deals table knows a close that the history lacks.
func TestReconcile(t *testing.T) {
	for _, c := range []struct {
		name, history string
		status        crm.DealStatus
		closed        string
		want          string
		notes         Notes
	}{
		{"open in both", "S1@2024-06-01", crm.DealOpen, "", "open S1 d1 r0 o0 1:29", Notes{}},
		{"closed in deals only", "S1@2024-06-01", crm.DealLost, "2024-06-11", "lost d1 r0 o0 1:10", Notes{ClosedInDeals: 1}},
		{"won in deals only", "S1@2024-06-01", crm.DealWon, "2024-06-11", "won d5 r0 o0 1:10", Notes{ClosedInDeals: 1}},
		{"closed after the as-of day", "S1@2024-06-01", crm.DealWon, "2024-07-01", "open S1 d1 r0 o0 1:29", Notes{}},
		{"closed before its last row", "S1@2024-06-01", crm.DealLost, "2024-05-01", "lost d1 r0 o0 1:0", Notes{ClosedInDeals: 1}},
		{"closed nobody knows when", "S1@2024-06-01", crm.DealLost, "", "lost d1 r0 o0 1:0", Notes{ClosedInDeals: 1, Undated: 1}},
		{"lost, then won in deals", "S1@2024-06-01 lost@2024-06-05", crm.DealWon, "2024-06-10", "won d5 r0 o0 1:4", Notes{ClosedInDeals: 1}},
		{"void in deals", "S1@2024-06-01 won@2024-06-05", crm.DealVoid, "", "void d0 r0 o0 1:4", Notes{ClosedInDeals: 1}},
		{"void in the history", "S1@2024-06-01 void@2024-06-05", crm.DealWon, "2024-06-03", "void d0 r0 o0 1:4", Notes{Differs: 1}},
		{"closed by the history, open in deals", "S1@2024-06-01 lost@2024-06-05", crm.DealOpen, "", "lost d1 r0 o0 1:4", Notes{Differs: 1}},
		{"agreed", "S1@2024-06-01 lost@2024-06-05", crm.DealLost, "2024-06-05", "lost d1 r0 o0 1:4", Notes{}},
	} {
		d := deal("A", func(d *crm.Deal) {
			d.Status, d.Amount, d.AmountKnown = c.status, crm.Money{Minor: 100, Currency: "CNY"}, true
			if c.closed != "" {
				d.ClosedOn = date(t, c.closed)
			}
		})
		b := book(t, "2024-06-30", nil, nil, []crm.Deal{d}, entries(t, "A", c.history))
		a := newAcc(b, measure.NewFrame(b), DefaultOptions())
		for l := range b.DealLogs() {
			if s := describe(a.rules, a.units(l)); s != c.want {
				t.Errorf("%s:\n got %s\nwant %s", c.name, s, c.want)
			}
			a.Add(l)
		}
		if a.Notes != c.notes {
			t.Errorf("%s: notes %+v, want %+v", c.name, a.Notes, c.notes)
		}
	}
}

// strictly more than the limit (S1: 14 days), cumulative; bouncing out
// and back does not reset the clock; a stage without a limit never stalls.
func TestStalled(t *testing.T) {
	for _, c := range []struct {
		name, history string
		limit         int
		want          bool
	}{
		{"on the limit", "S1@2024-06-16", 14, false},
		{"a day over", "S1@2024-06-15", 14, true},
		{"a second over", "S1@2024-06-16T23:59:59", 14, true},
		{"half a day over", "S1@2024-06-17T12:00", 13, true},
		{"8 + 7 days around a bounce", "S1@2024-06-01 S2@2024-06-09 S1@2024-06-23", 14, true},
		{"8 + 6 days around a bounce", "S1@2024-06-01 S2@2024-06-09 S1@2024-06-24", 14, false},
		{"closed time is in no stage", "S1@2024-06-01 lost@2024-06-09 S1@2024-06-24", 14, false},
		{"a closed deal", "S1@2024-01-01 lost@2024-06-09", 14, false},
		{"no limit", "S1@2020-01-01", 0, false},
	} {
		b := book(t, "2024-06-30", nil, nil, nil, entries(t, "A", c.history))
		b.Pipeline = crm.Pipeline{Stages: append([]crm.StageDef{{ID: "S1", LimitDays: c.limit}}, pipeline4.Stages[1:]...)}
		a := newAcc(b, measure.NewFrame(b), DefaultOptions())
		us := a.units(crm.DealLog{ID: "A", Entries: b.Stages})
		if len(us) != 1 || us[0].stalled(a.rules) != c.want {
			t.Errorf("%s: %s", c.name, describe(a.rules, us))
		}
	}
}
