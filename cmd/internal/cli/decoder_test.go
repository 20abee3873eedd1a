package cli

import (
	"os"
	"path/filepath"
	"testing"
)

// All decoders publish the same bytes; another word is a usage error.
func TestDecoders(t *testing.T) {
	data := t.TempDir()
	run(t, exitOK, "sample", "--reps", "30", "--weeks", "12", "--out", data)
	if info, err := os.Stat(filepath.Join(data, "visits.csv")); err != nil || info.Size() < 1<<20 {
		t.Fatalf("%v, %v: too small a table for blocks", info, err)
	}
	var manifests []string
	for _, d := range []string{"blocks", "gocsv", "rows"} {
		out := t.TempDir()
		run(t, exitOK, "build", "--data", data, "--out", out, "--decoder", d)
		m, err := os.ReadFile(filepath.Join(out, "latest", "manifest.json"))
		if err != nil {
			t.Fatal(err)
		}
		manifests = append(manifests, string(m))
	}
	if manifests[0] != manifests[2] || manifests[1] != manifests[2] {
		t.Errorf("blocks:\n%s\ngocsv:\n%s\nrows:\n%s", manifests[0], manifests[1], manifests[2])
	}
	run(t, exitUsage, "build", "--data", data, "--out", t.TempDir(), "--decoder", "duckdb")
}
