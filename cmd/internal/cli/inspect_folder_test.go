package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// cut writes a CSV file as several, in rows of turns, each with the header.
func cut(t *testing.T, from string, to ...string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	header, rows, _ := strings.Cut(string(text), "\n")
	lines := strings.SplitAfter(rows, "\n")
	for i, name := range to {
		part := lines[len(lines)*i/len(to) : len(lines)*(i+1)/len(to)]
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(header+"\n"+strings.Join(part, "")), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// An export that is unpacked into a folder a table, or a folder a month, gives
// the numbers that it gives in one folder.
func TestInspectLooksIntoFolders(t *testing.T) {
	data, spread, plain := t.TempDir(), t.TempDir(), t.TempDir()
	run(t, 0, "sample", "--out", data, "--reps", "6", "--weeks", "20")
	run(t, 0, "build", "--data", data, "--out", plain, "--lang", "en")
	entries, err := os.ReadDir(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		name, from := strings.TrimSuffix(e.Name(), ".csv"), filepath.Join(data, e.Name())
		if name == e.Name() {
			continue
		}
		switch name {
		case "visits": // a folder a table, with a file a month
			cut(t, from, filepath.Join(spread, "visits", "2025-01.csv"), filepath.Join(spread, "visits", "2025-02.csv"), filepath.Join(spread, "visits", "2025-03.csv"))
		case "contracts", "deals": // a folder a month
			cut(t, from, filepath.Join(spread, "months", "m1", e.Name()), filepath.Join(spread, "months", "m2", e.Name()))
		case "reps":
			cut(t, from, filepath.Join(spread, "a.csv"))
		default:
			cut(t, from, filepath.Join(spread, "others [all]", e.Name()))
		}
	}
	// What is hidden or leads back is not read twice.
	cut(t, filepath.Join(data, "visits.csv"), filepath.Join(spread, ".trash", "visits.csv"))
	if err := os.Symlink("..", filepath.Join(spread, "months", "up")); err != nil {
		t.Fatal(err)
	}
	c := inspectTo(t, 0, spread)
	text, err := os.ReadFile(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"# not looked at: 1 hidden (.trash)\n", "# not looked at: 1 links to folders (months/up)\n",
		`files: ["visits/*.csv"]`, `files: ["months/m*/contracts.csv"]`, `files: [a.csv]`, `files: ["others \\[all]/payments.csv"]`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the configuration does not have %s:\n%s", want, text)
		}
	}
	out := t.TempDir()
	run(t, 0, "build", "--data", spread, "--out", out, "--lang", "en", "-c", c)
	a, b := latest(t, plain), latest(t, out)
	if a.Values.Len() < 1000 || a.Values.Len() != b.Values.Len() {
		t.Fatalf("%d and %d values", a.Values.Len(), b.Values.Len())
	}
	want := slices.Collect(a.Values.All())
	for i, got := range slices.Collect(b.Values.All()) {
		if !reflect.DeepEqual(got, want[i]) {
			t.Fatalf("value %d is\n%+v and out of folders\n%+v", i, want[i], got)
		}
	}
	visits := 0
	for _, in := range b.Inputs {
		if in.Table == "visits" {
			visits++
		}
	}
	if visits != 3 {
		t.Errorf("%d files of visits are read, want 3", visits)
	}
}

// A second export of the same records, in a folder of its own and in another
// form, is asked about: nothing counts twice.
func TestInspectAsksAboutCopiesInFolders(t *testing.T) {
	dir := t.TempDir()
	head, old := "visit_id,rep_id,customer_id,start_at,channel\n", "visit_id,rep_id,customer_id,start_at\n"
	var now, then strings.Builder
	for i := range 10 {
		fmt.Fprintf(&now, "v%d,r1,c1,2025-03-0%d,visit\n", i, i%9+1)
		fmt.Fprintf(&then, "v%d,r1,c1,2025-03-0%d\n", i, i%9+1)
	}
	write(t, dir, map[string]string{"visits.csv": head + now.String()})
	for _, sub := range []string{"old", "other"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(dir, "old"), map[string]string{"visits.csv": old + then.String()})
	write(t, filepath.Join(dir, "other"), map[string]string{"visits.csv": old + "w1,r1,c1,2025-03-03\n"})
	code, out, stderr := call("inspect", "-o", "yaml", dir)
	if code != exitData || !strings.Contains(stderr, "old/visits.csv: 10 of its 10 ids are in visits.csv too") ||
		!strings.Contains(out, "files: [visits.csv]") || strings.Contains(out, "files: [old") || !strings.Contains(out, "files: [other/visits.csv]") {
		t.Errorf("exit %d\n%s%s", code, out, stderr)
	}
}

// A folder with too many files is not read in part without a word.
func TestInspectOfTooManyFiles(t *testing.T) {
	dir := t.TempDir()
	files := map[string]string{}
	for i := range 201 {
		files[fmt.Sprintf("v%03d.csv", i)] = fmt.Sprintf("visit_id,rep_id,customer_id,start_at\nv%d,r1,c1,2025-03-03\n", i)
	}
	write(t, dir, files)
	code, out, stderr := call("inspect", "-o", "yaml", dir)
	if code != exitData || !strings.Contains(stderr, "NOT ALL WAS LOOKED AT: the folder holds more than 200 files") || !strings.Contains(out, "# NOT ALL WAS LOOKED AT") ||
		strings.Contains(out, `"v*.csv"`) {
		t.Errorf("exit %d\n%s%s", code, out, stderr)
	}
}
