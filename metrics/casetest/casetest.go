// Package casetest reads the worked cases in a package's testdata, as a test
// helper.
package casetest

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// CSV reads a file under testdata as rows by the name of the column.
func CSV(t testing.TB, path ...string) []map[string]string {
	t.Helper()
	f, err := os.Open(under(path))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) < 2 {
		t.Fatalf("%s has no rows: a case of nothing shows nothing", f.Name())
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, h := range rows[0] {
			m[h] = row[i]
		}
		out = append(out, m)
	}
	return out
}

// JSON reads a file under testdata.
func JSON(t testing.TB, into any, path ...string) {
	t.Helper()
	b, err := os.ReadFile(under(path))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatal(err)
	}
}

func under(path []string) string { return filepath.Join(append([]string{"testdata"}, path...)...) }

// Near demands a number to 1e-9, which no NaN is.
func Near(t testing.TB, what string, got, want float64) {
	t.Helper()
	Within(t, what, got, want, 1e-9)
}

// Within is Near to another tolerance.
func Within(t testing.TB, what string, got, want, eps float64) {
	t.Helper()
	if !(math.Abs(got-want) <= eps) {
		t.Errorf("%s = %.12g, want %.12g", what, got, want)
	}
}
