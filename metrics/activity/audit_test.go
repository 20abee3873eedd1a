package activity

import (
	"fmt"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// audit checks a visit, as the reader of the tables leaves it: the visit knows
// the latest result, the check whose visit it was.
func (d *draft) audit(v *crm.Visit, on string, kind crm.AuditKind, failed bool) {
	d.book.Audits = append(d.book.Audits, crm.Audit{Pos: crm.Pos{File: 5, Line: int32(len(d.book.Audits) + 2)}, Date: day(on), Kind: kind, Failed: failed,
		Rep: v.Rep, VisitOn: v.At.Date(), VisitAt: v.Pos})
	v.Audit = crm.AuditPassed
	if failed {
		v.Audit = crm.AuditFailed
	}
}

// The fail rate is of what was drawn at random, by the day of the visit
// the audit rate is of every row entered.
func TestAudits(t *testing.T) {
	type want struct{ failed, drawn, audited, rows, targeted int64 }
	for _, c := range []struct {
		what string
		fill func(d *draft, vs []*crm.Visit)
		want want
		flag bool
	}{
		{"none", func(*draft, []*crm.Visit) {}, want{0, 0, 0, 10, 0}, false},
		{"one of four", func(d *draft, vs []*crm.Visit) {
			for i, v := range vs[:4] {
				d.audit(v, "2025-03-05", crm.AuditRandom, i == 0)
			}
		}, want{1, 4, 4, 10, 0}, false},
		{"a targeted one tells of itself only", func(d *draft, vs []*crm.Visit) {
			d.audit(vs[0], "2025-03-05", crm.AuditRandom, false)
			d.audit(vs[1], "2025-03-05", crm.AuditTargeted, true)
			d.audit(vs[2], "2025-03-05", crm.AuditTargeted, false)
		}, want{0, 1, 3, 10, 1}, false},
		{"of two at random the latest", func(d *draft, vs []*crm.Visit) {
			d.audit(vs[0], "2025-03-06", crm.AuditRandom, false)
			d.audit(vs[0], "2025-03-05", crm.AuditRandom, true)
			vs[0].Audit = crm.AuditPassed
		}, want{0, 1, 1, 10, 0}, false},
		{"of one day the later row", func(d *draft, vs []*crm.Visit) {
			d.audit(vs[0], "2025-03-05", crm.AuditRandom, false)
			d.audit(vs[0], "2025-03-05", crm.AuditRandom, true)
		}, want{1, 1, 1, 10, 0}, false},
		{"drawn, and refuted later for a reason", func(d *draft, vs []*crm.Visit) {
			d.audit(vs[0], "2025-03-05", crm.AuditRandom, false)
			d.audit(vs[0], "2025-03-06", crm.AuditTargeted, true)
		}, want{0, 1, 1, 10, 1}, false},
		{"nobody says how it was chosen", func(d *draft, vs []*crm.Visit) {
			d.audit(vs[0], "2025-03-05", crm.AuditRandom, false)
			d.audit(vs[1], "2025-03-05", crm.AuditUnstated, true)
		}, want{1, 2, 2, 10, 0}, true},
		{"the visits table alone says it", func(d *draft, vs []*crm.Visit) {
			vs[0].Audit, vs[1].Audit = crm.AuditFailed, crm.AuditPassed
		}, want{1, 2, 2, 10, 0}, true},
		{"a phone call is no visit (R-1.5)", func(d *draft, vs []*crm.Visit) {
			vs[0].Channel = crm.ChannelPhone
			d.audit(vs[0], "2025-03-05", crm.AuditRandom, true)
		}, want{0, 0, 0, 9, 0}, false},
		{"a visit of another period", func(d *draft, vs []*crm.Visit) {
			vs[0].At -= 40 * 86400
			d.audit(vs[0], "2025-03-05", crm.AuditRandom, true)
		}, want{0, 0, 0, 9, 0}, false},
	} {
		d := &draft{}
		d.stay("R1", "T1")
		d.book.Visits = make([]crm.Visit, 0, 50)
		var vs []*crm.Visit
		for i := range 10 {
			vs = append(vs, d.visit("R1", fmt.Sprint("C", i), "2025-03-03T09:00"))
		}
		c.fill(d, vs)
		b := d.done("2025-03-12")
		b.Tables["audits"] = len(b.Audits) > 0
		got := in(b, DefaultOptions(), "2025-03-01", "2025-03-12")
		at := func(metric string) measure.Value { return got[address{"G1/T1", "activity." + metric, ""}] }
		fail, rate, targeted := at("audit_fail_rate"), at("audit_rate"), at("targeted_failed")
		if g := (want{fail.Num, fail.Den, rate.Num, rate.Den, targeted.Num}); g != c.want {
			t.Errorf("%s: %+v, want %+v", c.what, g, c.want)
		}
		if unstated := len(fail.Flags) == 1 && fail.Flags[0] == "selection_unstated"; unstated != c.flag || (fail.CI != nil) != (fail.Den > 0 && !c.flag) || fail.OK != (fail.Den > 0) {
			t.Errorf("%s: %+v", c.what, fail)
		}
	}
}

// Three failed of ten. With z² = 3.8415 the Wilson interval is
// (0.3 + 0.19207 ± 1.95996 √(0.021 + 0.0096036)) / 1.38415 = 0.3555 ± 0.2477.
func TestFailRateInterval(t *testing.T) {
	d := &draft{}
	d.stay("R1", "T1")
	d.book.Visits = make([]crm.Visit, 0, 50)
	for i := range 10 {
		d.audit(d.visit("R1", fmt.Sprint("C", i), "2025-03-03T09:00"), "2025-03-05", crm.AuditRandom, i < 3)
	}
	b := d.done("2025-03-12")
	v := in(b, DefaultOptions(), "2025-03-01", "2025-03-12")[address{"R1", "activity.audit_fail_rate", ""}]
	if v.CI == nil || fmt.Sprintf("%.4f %.4f", v.CI.Lo.V, v.CI.Hi.V) != "0.1078 0.6032" || v.Method != "wilson" {
		t.Errorf("%+v", v)
	}
	// The red line names them, the latest first, and how they were chosen.
	for _, l := range Compute(b, measure.NewFrame(b), DefaultOptions()).Lists {
		if l.ID != "activity.fake_visits" {
			continue
		}
		var got []string
		for _, r := range l.Rows {
			got = append(got, fmt.Sprint(b.Org.Nodes[r.Cells[0].Num].ID, " ", crm.Date(r.Cells[1].Num), " ", crm.Date(r.Cells[2].Num), " ", r.Cells[3].Text, " ", r.Cells[4].Text))
		}
		want := "[R1 2025-03-03 2025-03-05 random visits.csv:2 R1 2025-03-03 2025-03-05 random visits.csv:3 R1 2025-03-03 2025-03-05 random visits.csv:4]"
		if fmt.Sprint(got) != want {
			t.Errorf("%v", got)
		}
	}
}
