package pipeline

import (
	"bytes"
	"compress/gzip"
	"errors"
	"strings"
	"testing"

	"crmreport/ingest/crm"
)

// Whatever lies in snapshots/ is read or refused. Of what is read each row has a
// line of its own, in order, and a deal or a subject.
func FuzzReadKept(f *testing.F) {
	f.Add(strings.Join(columns, ",") + "\n2025-03-02,d1,R1,c1,contact,1.00,CNY,,,\n")
	f.Add(strings.Join(forecastColumns, ",") + "\n2025-03-02,2025-03,R1,R1,2025-03-01T09:00,1.00,CNY,\n")
	f.Add("as_of\n")
	f.Fuzz(func(t *testing.T, text string) {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, err := z.Write([]byte(text))
		if err := errors.Join(err, z.Close()); err != nil {
			t.Fatal(err)
		}
		var w Week
		var s Said
		at, last := []int32{1}, int32(strings.Count(text, "\n")+1)
		if scan(b.Bytes(), columns, w.add) == nil {
			for _, r := range w.rows {
				at = append(at, r.line)
			}
		}
		if scan(b.Bytes(), forecastColumns, s.add(crm.Fiscal{})) == nil {
			for _, r := range s.rows {
				if at = append(at, r.Line); r.Subject == "" {
					t.Fatalf("%q has a row of nobody", text)
				}
			}
		}
		for i := 1; i < len(at); i++ {
			if at[i] <= at[i-1] || at[i] > last {
				t.Fatalf("%q has rows of the lines %v", text, at)
			}
		}
	})
}
