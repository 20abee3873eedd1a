package cli

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"crmreport/ingest"
	"crmreport/ingest/crm"
	"crmreport/metrics"
)

// position is where a row stands in its file: the one thing that must change
// when rows are moved.
var position = regexp.MustCompile(`[a-z_]+\.csv:\d+`)

// published is what a run publishes, line by line, without the accounts of what
// was read and the positions of rows.
type published struct {
	asOf   crm.Date
	future int // rows after it
	lines  []string
}

// document computes the exports of a folder as of a day ("": by the data).
func document(t *testing.T, dir, asOf string) published {
	t.Helper()
	data, conf, err := buildFlags{data: dir, period: "month", values: "all", asOf: asOf}.inputs()
	if err != nil {
		t.Fatal(err)
	}
	b, rep, err := ingest.Read(data, conf.Ingest)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := metrics.Compute(b, nil, conf.Metrics)
	if err != nil {
		t.Fatal(err)
	}
	p := published{asOf: b.AsOf}
	for _, c := range rep.Receipts {
		p.future += c.FutureRows
	}
	add := func(x any) {
		js, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		p.lines = append(p.lines, position.ReplaceAllString(string(js), "place"))
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
	return p
}

// changed writes the tables of from as edit leaves them, header and all.
func changed(t *testing.T, from string, edit func(table string, rows [][]string) [][]string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(from, "*.csv"))
	if err != nil || len(files) < 15 {
		t.Fatal(err, files)
	}
	to := t.TempDir()
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(string(b))).ReadAll()
		if err != nil {
			t.Fatal(file, err)
		}
		var out strings.Builder
		if err := csv.NewWriter(&out).WriteAll(edit(strings.TrimSuffix(filepath.Base(file), ".csv"), rows)); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, filepath.Base(file)), []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// same compares two documents.
func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d lines, want %d", what, len(got), len(want))
	}
	moved := 0
	for i := range min(len(got), len(want)) {
		if got[i] == want[i] {
			continue
		}
		if moved++; moved < 4 {
			t.Errorf("%s:\n%s\nwant\n%s", what, got[i], want[i])
		}
	}
	if moved > 0 {
		t.Errorf("%s: %d lines of %d moved", what, moved, len(want))
	}
}

// the order of the rows of an export moves no number, no cent of a split
// commission and no row of a list.
func TestRowOrder(t *testing.T) {
	dir := t.TempDir()
	run(t, exitOK, "sample", "--reps", "5", "--weeks", "9", "--seed", "3", "--out", dir)
	want := document(t, dir, "")
	for seed := range uint64(3) {
		dice := rand.New(rand.NewPCG(seed, 7))
		got := document(t, changed(t, dir, func(_ string, rows [][]string) [][]string {
			rest := rows[1:]
			dice.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
			return rows
		}), "")
		same(t, fmt.Sprint("seed ", seed), got.lines, want.lines)
	}
}

// when is the day that a row of a table counts from.
var when = map[string]string{
	"visits": "start_at", "deals": "created_at", "stage_history": "changed_at", "contracts": "sign_date", "invoices": "invoice_date", "payments": "date",
	"adjustments": "date", "forecasts": "submitted_at", "confidence": "submitted_at", "leads": "assigned_at", "coaching": "date", "cases": "opened_at",
	"pool_moves": "date", "audits": "date", "grades": "date", "commission_ledger": "period",
}

// a row dated after the as-of day moves nothing but the accounts of what
// was read, in any table.
func TestFutureRows(t *testing.T) {
	dir := t.TempDir()
	run(t, exitOK, "sample", "--reps", "5", "--weeks", "9", "--seed", "3", "--out", dir)
	want := document(t, dir, "")
	later := (want.asOf + 40).String()
	seen := 0
	got := document(t, changed(t, dir, func(table string, rows [][]string) [][]string {
		at := slices.Index(rows[0], when[table])
		if at < 0 {
			return rows
		}
		seen++
		x := slices.Clone(rows[len(rows)-1])
		x[at] = later
		switch table {
		case "commission_ledger":
			x[at] = later[:len("2025-08")]
		case "audits", "grades", "coaching", "pool_moves", "stage_history": // have no key of their own
		default:
			if strings.HasSuffix(rows[0][0], "_id") {
				x[0] += "-later"
			}
		}
		return append(rows, x)
	}), want.asOf.String())
	if seen != len(when) || got.future != want.future+seen {
		t.Errorf("%d tables of %d have the column, %d rows are of the future", seen, len(when), got.future-want.future)
	}
	same(t, "with future rows", got.lines, want.lines)
}
