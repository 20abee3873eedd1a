package commission_test

import (
	"maps"
	"os"
	"testing"

	"crmreport/ingest"
	"crmreport/ingest/crm"
	"crmreport/ingest/sample"
	"crmreport/metrics/commission"
	"crmreport/metrics/measure"
)

// The sample's payroll is written by a second implementation of 5.4 and 5.5 in
// integer arithmetic, with brackets, splits, cash plans, credit notes, write-offs
// and recoveries: what its ledger paid is what is due, but for the two mistakes
// planted, which the first open month settles. Sales in the region on
// brackets accrue what it says.
func TestLedgerOfTheSample(t *testing.T) {
	for _, o := range []sample.Options{{Reps: 60, Weeks: 26, Seed: 7},
		{Reps: 90, Weeks: 40, Seed: 3, End: crm.DateOf(2025, 4, 20)},
		{Reps: 60, Weeks: 16, Seed: 11, End: crm.DateOf(2024, 12, 29)}} {
		dir := t.TempDir()
		truth, err := sample.Write(dir, o)
		if err != nil {
			t.Fatal(err)
		}
		b := readSample(t, dir)
		f := measure.NewFrame(b)
		pay := truth.Payroll
		if pay == nil || pay.Underpaid == nil || pay.Overpaid == nil || truth.Ladder == nil {
			t.Fatalf("%+v: nothing planted: %v", o, truth.Absent)
		}
		open := b.Fiscal.Period(crm.Month, b.AsOf).Name
		want := map[string]int64{pay.Underpaid.Rep + " " + open: pay.Underpaid.Amount, pay.Overpaid.Rep + " " + open: -pay.Overpaid.Amount}
		settled, paid := map[string]int64{}, map[string]int64{}
		for _, v := range commission.Compute(b, f, commission.DefaultOptions()).Values {
			n := &b.Org.Nodes[v.Slot.Scope]
			switch {
			case v.Metric == "commission.prior_period" && n.Level == crm.RepLevel:
				if v.Slot.Period.Kind == crm.Month && v.Num != 0 {
					settled[n.ID+" "+v.Slot.Period.Name] = v.Num
				}
			case v.Metric == "commission.payout" && v.Slot.Scope == crm.Root && v.Slot.Period.Kind == crm.Month:
				paid[v.Slot.Period.Name] = v.Num
			case v.Metric == "commission.accrued" && n.ID == truth.Ladder.Region && v.Slot.Period == truth.Quarter:
				if v.Num != truth.Ladder.Accrued {
					t.Errorf("seed %d: accrued %d on brackets, the sample says %d", o.Seed, v.Num, truth.Ladder.Accrued)
				}
			}
		}
		if !maps.Equal(settled, want) {
			t.Errorf("seed %d: prior periods %v, planted %v", o.Seed, settled, want)
		}
		for _, m := range pay.Months {
			if paid[m.Period] != m.Paid {
				t.Errorf("seed %d: %s paid %d, the sample says %d", o.Seed, m.Period, paid[m.Period], m.Paid)
			}
		}
	}
}

func readSample(t testing.TB, dir string) *crm.Book {
	t.Helper()
	fsys, o := os.DirFS(dir), ingest.DefaultOptions()
	var err error
	if o.Sources, err = ingest.DefaultSources(fsys); err != nil {
		t.Fatal(err)
	}
	book, _, err := ingest.Read(fsys, o)
	if err != nil {
		t.Fatal(err)
	}
	return book
}
