package cli

import (
	"encoding/csv"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"crmreport/ingest"
	"crmreport/metrics"
)

// position is where a row stands in its file: the one thing that must change
// when rows are moved.
var position = regexp.MustCompile(`[a-z_]+\.csv:\d+`)

// document computes the exports of a folder and returns what is published: every
// line of it, without the inputs' accounts and the positions of rows.
func document(t *testing.T, dir string) []string {
	t.Helper()
	data, conf, err := buildFlags{data: dir, period: "month", values: "all"}.inputs()
	if err != nil {
		t.Fatal(err)
	}
	b, _, err := ingest.Read(data, conf.Ingest)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := metrics.Compute(b, nil, conf.Metrics)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	add := func(x any) {
		js, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, position.ReplaceAllString(string(js), "place"))
	}
	for v := range doc.Values.All() {
		add(v)
	}
	for _, l := range doc.Lists {
		for _, r := range l.Rows {
			add([]any{l.ID, r})
		}
	}
	add(doc.Scopes)
	add(doc.Periods)
	add(doc.Warnings)
	return lines
}

// shuffled writes the tables of from with their rows in another order.
func shuffled(t *testing.T, from string, seed uint64) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(from, "*.csv"))
	if err != nil || len(files) < 15 {
		t.Fatal(err, files)
	}
	to, dice := t.TempDir(), rand.New(rand.NewPCG(seed, 7))
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(string(b))).ReadAll()
		if err != nil {
			t.Fatal(file, err)
		}
		rest := rows[1:]
		dice.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
		var out strings.Builder
		w := csv.NewWriter(&out)
		if err := w.WriteAll(rows); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, filepath.Base(file)), []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// the order of the rows of an export moves no number, no cent of a split
// commission and no row of a list.
func TestRowOrder(t *testing.T) {
	dir := t.TempDir()
	run(t, exitOK, "sample", "--reps", "5", "--weeks", "9", "--seed", "3", "--out", dir)
	want := document(t, dir)
	for seed := range uint64(3) {
		got := document(t, shuffled(t, dir, seed))
		if len(got) != len(want) {
			t.Errorf("seed %d: %d lines, want %d", seed, len(got), len(want))
		}
		moved := 0
		for i := range min(len(got), len(want)) {
			if got[i] == want[i] {
				continue
			}
			if moved++; moved < 4 {
				t.Errorf("seed %d:\n%s\nwant\n%s", seed, got[i], want[i])
			}
		}
		if moved > 0 {
			t.Errorf("seed %d: %d lines of %d moved", seed, moved, len(want))
		}
	}
}
