package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"crmreport/ingest"
)

// A run that may take little publishes the same bytes, says where it kept what it
// read, and leaves no file behind.
func TestMemory(t *testing.T) {
	data, scratch := t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", scratch)
	run(t, exitOK, "sample", "--reps", "60", "--weeks", "26", "--out", data)
	var manifests []string
	var inFile []int64
	for _, m := range []string{"0", "64MB"} {
		out := t.TempDir()
		run(t, exitOK, "build", "--data", data, "--out", out, "--memory", m)
		manifest, err := os.ReadFile(filepath.Join(out, "latest", "manifest.json"))
		if err != nil {
			t.Fatal(err)
		}
		manifests = append(manifests, string(manifest))
		text, err := os.ReadFile(filepath.Join(out, "latest", "run.json"))
		if err != nil {
			t.Fatal(err)
		}
		var said struct{ Memory room }
		if err := json.Unmarshal(text, &said); err != nil {
			t.Fatal(err)
		}
		inFile = append(inFile, said.Memory.InFile)
	}
	if manifests[0] != manifests[1] {
		t.Errorf("no limit:\n%s\n64 MB:\n%s", manifests[0], manifests[1])
	}
	if inFile[0] != 0 || inFile[1] == 0 && ingest.MachineMemory() > 0 {
		t.Errorf("bytes in a temporary file: %v", inFile)
	}
	if left, err := os.ReadDir(scratch); err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
}

func TestMemoryFlag(t *testing.T) {
	for text, want := range map[string]int64{"": ingest.MachineMemory() / 4, "0": 0, "64MB": 64e6, "256 mb": 256e6, "1.5GiB": 3 << 29, "100000000": 1e8, "100000kB": 1e8, "200000000B": 2e8} {
		if got, err := memoryFlag(text); got != want || err != nil {
			t.Errorf("%q: %d, %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"1MB", "-1GB", "much", "MB", "1e30GB", "NaN", "64 M B"} {
		if n, err := memoryFlag(text); err == nil {
			t.Errorf("%q is %d", text, n)
		}
	}
}
