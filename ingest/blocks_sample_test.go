package ingest_test

import (
	"bytes"
	"encoding/csv"
	"io"
	"math/rand/v2"
	"testing"
	"testing/fstest"

	"crmreport/ingest"
	"crmreport/ingest/crm"
	"crmreport/ingest/sample"
)

type memory struct{ bytes.Buffer }

func (*memory) Close() error { return nil }

// The sample's tables, whole and damaged, are the same read by blocks and row
// by row.
func TestBlocksOfTheSample(t *testing.T) {
	files := map[string]*memory{}
	o := sample.DefaultOptions()
	o.Reps, o.Weeks = 12, 6
	if _, err := sample.WriteTo(func(name string) (io.WriteCloser, error) {
		files[name] = &memory{}
		return files[name], nil
	}, o); err != nil {
		t.Fatal(err)
	}
	whole := fstest.MapFS{}
	for name, f := range files {
		whole[name] = &fstest.MapFile{Data: f.Bytes()}
	}
	read := ingest.DefaultOptions()
	read.MaxRejects = crm.One
	sources, err := ingest.DefaultSources(whole)
	if err != nil {
		t.Fatal(err)
	}
	read.Sources = sources
	ingest.BothWays(t, whole, read, 1000, 1<<16)
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 3))
		broken := fstest.MapFS{}
		for _, name := range sample.Tables() {
			if f, ok := whole[name+".csv"]; ok {
				broken[name+".csv"] = &fstest.MapFile{Data: damaged(t, r, f.Data)}
			}
		}
		ingest.BothWays(t, broken, read, 5000)
	}
}

var odd = []string{"", " ", "0", "-1", "99999999999999", "2025-02-30", "2025-06-01", "2099-01-01", "R0001", "R0002", "won", "lost", "是",
	"a,\"b\"\nc", "１２", "K0001-0001", "USD", "EUR", "8%", "2025-W26", "2025-06", "\u2028"}

// damaged replaces a few cells, and drops, doubles and moves rows.
func damaged(t *testing.T, r *rand.Rand, text []byte) []byte {
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	n := 20 + r.IntN(2000)
	var out [][]string
	for i, row := range rows {
		row = append([]string{}, row...)
		for j := range row {
			if i > 0 && r.IntN(n) == 0 {
				row[j] = odd[r.IntN(len(odd))]
			}
		}
		switch r.IntN(n) {
		case 0:
			continue
		case 1:
			out = append(out, row)
		case 2:
			if i > 1 {
				row = append([]string{}, rows[1+r.IntN(i)]...)
			}
		}
		out = append(out, row)
	}
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(out); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
