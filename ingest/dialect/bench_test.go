package dialect

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/fstest"
)

// visits are n rows of a canonical export with some quoting.
func visits(n int) string {
	var b strings.Builder
	b.WriteString("visit_id,rep_id,customer_id,start_at,channel,met_role,pitched,rejection,audit_status,entered_at,note\n")
	notes := []string{"", "", "spoke of price", `"said ""no"", twice"`, "\"two\nlines\""}
	for i := range n {
		fmt.Fprintf(&b, "V%07d,R%03d,C%05d,2025-03-%02dT09:%02d,visit,KP,Y,none,passed,2025-03-09,%s\n", i, i%200, i*7%9973, 1+i%28, i%60, notes[i%len(notes)])
	}
	return b.String()
}

// The records of a canonical file, both passes, and those of encoding/csv alone.
func BenchmarkRecords(b *testing.B) {
	const rows = 100_000
	text := visits(rows)
	fsys := fstest.MapFS{"visits.csv": {Data: []byte(text)}}
	b.Run("dialect", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			f, err := Open(fsys, "visits.csv", Spec{Wanted: []string{"visit_id", "rep_id"}})
			if err != nil {
				b.Fatal(err)
			}
			for err = f.Next(); err == nil; err = f.Next() {
			}
			if err != io.EOF || f.Count(Data) != rows {
				b.Fatal(err, f.Count(Data))
			}
			f.Close()
		}
	})
	b.Run("encoding-csv", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			file, _ := fsys.Open("visits.csv")
			r := csv.NewReader(bufio.NewReaderSize(file, block))
			r.ReuseRecord = true
			n := 0
			for ; ; n++ {
				if _, err := r.Read(); err != nil {
					break
				}
			}
			if n != rows+1 {
				b.Fatal(n)
			}
		}
	})
}
