package ingest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// What is told last is what the receipts say, whatever way the rows came; and
// nothing ever goes back.
func TestProgress(t *testing.T) {
	fsys := everyTable()
	var long strings.Builder
	long.WriteString(visitHead)
	for i := range 3*meterRows + 7 {
		fmt.Fprintf(&long, "v%d,r1,c1,2025-03-%02d\n\n", i, i%40+1) // 31 to 40 March do not exist; every second line is blank
	}
	fsys["visits.csv"].Data = []byte(long.String())
	fsys["credit_splits.csv"].Data = []byte("contract_id,rep_id,share\nk1,r1,0.4\nk1,r2,0.4\n") // rejected once all rows are read
	fsys["wide.csv.gz"] = folder("x", packed("deal_id,Date entered Contact,Date entered Proposal\nd2,2025-01-03,soon\nd3,2025-01-03,2025-02-03\n"))["x"]
	o := lenient(t, fsys)
	o.Sources = append(o.Sources,
		Source{Table: "stage_history", Files: []string{"wide.csv.gz"}},
		Source{Table: "deals", Files: []string{stdin}, When: []Condition{{"stage", []string{"contact"}}}},
		Source{Table: "contracts", Files: []string{stdin}, When: []Condition{{"stage", []string{"won"}}},
			Columns: map[string]string{"contract_id": "deal_id", "sign_date": "created_at"}})
	o.Stdin = iotest.HalfReader(strings.NewReader("deal_id,rep_id,customer_id,stage,created_at,amount\nd8,r1,c1,contact,2025-03-03,1.5\nd9,r1,c1,won,2025-03-03,1.5\n"))
	var told []Progress
	o.Progress = func(p Progress) { told = append(told, p) }
	_, r := mustRead(t, fsys, o)
	var want Progress
	for _, c := range r.Receipts {
		want.Bytes += c.Bytes
		want.Of += c.Bytes
		want.Rows += int64(c.Read)
		want.Rejects += int64(c.Rejected)
	}
	last := told[len(told)-1]
	if last != want || last.Bytes != last.Of || last.Rows < 6*meterRows || last.Rejects < meterRows/2 {
		t.Errorf("told %+v at last, the receipts say %+v", last, want)
	}
	for i := 1; i < len(told); i++ {
		a, b := told[i-1], told[i]
		if b.Bytes < a.Bytes || b.Of < a.Of || b.Rows < a.Rows || b.Rejects < a.Rejects || b.Bytes > b.Of {
			t.Errorf("%+v after %+v", b, a)
		}
	}
	// The long table alone is told at least three times.
	if n := len(slices.CompactFunc(told, func(a, b Progress) bool { return a.Rows == b.Rows })); n < 4 {
		t.Errorf("told %d times", n)
	}
}
