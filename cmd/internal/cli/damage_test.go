package cli

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"crmreport/ingest/sample"
)

type memory struct{ bytes.Buffer }

func (*memory) Close() error { return nil }

// smallSample is a small export of every table, as records by table.
func smallSample(t *testing.T) map[string][][]string {
	t.Helper()
	files := map[string]*memory{}
	o := sample.DefaultOptions()
	o.Reps, o.Weeks = 12, 6
	if _, err := sample.WriteTo(func(name string) (io.WriteCloser, error) {
		files[name] = &memory{}
		return files[name], nil
	}, o); err != nil {
		t.Fatal(err)
	}
	out := map[string][][]string{}
	for name, f := range files {
		rows, err := csv.NewReader(&f.Buffer).ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out[name] = rows[:min(len(rows), 400)]
	}
	return out
}

// odd are cells as real exports have them.
var odd = []string{"", " ", "0", "-1", "99999999999999", "2025-02-30", "2025-06-01", "1999-12-31", "2099-01-01", "nobody", "R0001", "R0002", "void", "won", "lost",
	"是", "=1+1", "a,\"b\"\nc", "１２", "company", "华东", "K0001-0001", "USD", "8%", "2025-W26", "2025-06", "\u2028", strings.Repeat("长", 300)}

// damaged returns the table with about one cell in n replaced, some rows
// dropped or doubled, and now and then a column gone.
func damaged(r *rand.Rand, rows [][]string, n int) [][]string {
	var out [][]string
	drop := -1
	if r.IntN(20) == 0 {
		drop = r.IntN(len(rows[0]))
	}
	for i, row := range rows {
		row = append([]string{}, row...)
		if i > 0 {
			switch r.IntN(30) {
			case 0:
				continue
			case 1:
				out = append(out, row)
			}
			for j := range row {
				if r.IntN(n) == 0 {
					row[j] = odd[r.IntN(len(odd))]
				}
			}
		}
		if drop >= 0 {
			row = append(row[:drop], row[drop+1:]...)
		}
		out = append(out, row)
	}
	return out
}

// Whatever stands in the files, a build publishes or says why not: it never
// panics, its levels add up, and every row is accounted for.
func TestDamagedExports(t *testing.T) {
	tables := smallSample(t)
	codes := map[int]int{}
	for seed := range uint64(25) {
		r := rand.New(rand.NewPCG(seed, 11))
		data, out := t.TempDir(), t.TempDir()
		for _, name := range sample.Tables() {
			rows := tables[name+".csv"]
			if len(rows) == 0 || r.IntN(5) == 0 {
				continue
			}
			// A bracket of a tiered rate that is lost ends the run: in one
			// of five runs only, or little else would be tried.
			if spoilt := 20 + r.IntN(200); name != "commission_rates" || seed%5 == 0 {
				rows = damaged(r, rows, spoilt)
			}
			var b bytes.Buffer
			c := csv.NewWriter(&b)
			if err := c.WriteAll(rows); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(data, name+".csv"), b.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		var stdout, stderr bytes.Buffer
		code := Main([]string{"build", "--data", data, "--out", out, "--max-rejects", "100%", "--as-of", "2025-06-29"}, &stdout, &stderr)
		codes[code]++
		switch code {
		case exitOK:
			d := latest(t, out)
			for _, i := range d.Inputs {
				if i.Read != i.Accepted+i.Duplicates+i.Rejected+i.Skipped {
					t.Errorf("seed %d: %+v", seed, i)
				}
			}
		case exitConfig:
			if !strings.Contains(stderr.String(), "commission_rates.csv:") {
				t.Errorf("seed %d: the message names no bracket: %s", seed, stderr.String())
			}
		case exitData, exitNoInput:
			if !strings.Contains(stderr.String(), ".csv") {
				t.Errorf("seed %d: the message names no file: %s", seed, stderr.String())
			}
		default:
			t.Errorf("seed %d: exit %d\n%s", seed, code, firstLines(stderr.String(), 12))
		}
	}
	if codes[exitOK] < 5 {
		t.Errorf("only %d of the builds were published: %v", codes[exitOK], codes)
	}
	t.Log(fmt.Sprint("exit codes: ", codes))
}

func firstLines(s string, n int) string {
	lines := strings.SplitN(s, "\n", n+1)
	return strings.Join(lines[:min(n, len(lines))], "\n")
}
