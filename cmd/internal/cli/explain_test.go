package cli

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"crmreport/ingest"
	"crmreport/metrics"
	"crmreport/metrics/snapshot"
)

// Every number has rows behind it, and these rows alone give the number again
// every metric and key of a team's month and of a rep's, and what adds
// up over reps or months of the team's quarter.
func TestExplainEveryNumber(t *testing.T) {
	dir := t.TempDir()
	run(t, exitOK, "sample", "--reps", "5", "--weeks", "9", "--seed", "3", "--out", dir)
	data, conf, err := buildFlags{data: dir, period: "month", values: "all"}.inputs()
	if err != nil {
		t.Fatal(err)
	}
	b, rep, err := ingest.Read(data, conf.Ingest)
	if err != nil {
		t.Fatal(err)
	}
	in := inputs(b, rep)
	doc, err := metrics.Compute(b, in, conf.Metrics)
	if err != nil {
		t.Fatal(err)
	}
	of, before := map[string]string{}, "" // current period by kind, the month before
	for _, p := range doc.Periods {
		if p.Role == snapshot.RoleCurrent {
			of[p.Kind] = p.Name
		}
		if p.Role == snapshot.RoleBefore && p.Kind == "month" {
			before = p.Name // the last of them stays
		}
	}
	team, seller := "", ""
	for _, s := range doc.Scopes {
		if s.Level == "team" && team == "" {
			team = s.ID
		}
		if s.Level == "rep" && s.Parent == team && seller == "" {
			seller = s.ID
		}
	}
	metricsSeen, withRows := map[string]bool{}, 0
	for v := range doc.Values.All() {
		sums := strings.Contains(v.Key, "base=") || strings.HasPrefix(v.Metric, "commission.")
		closed := v.Metric == "forecast.revised_accuracy" && v.Period == before
		if !(v.Period == of["month"] && (v.Scope == team || v.Scope == seller) || v.Period == of["quarter"] && v.Scope == team && sums || closed && v.Scope == team) {
			continue
		}
		x, err := metrics.Explain(b, in, conf.Metrics, metrics.Question{Metric: v.Metric, Scope: v.Scope, Period: v.Period, Key: v.Key})
		if err != nil {
			t.Errorf("%s %s %s %s: %v", v.Metric, v.Scope, v.Period, v.Key, err)
			continue
		}
		metricsSeen[v.Metric] = true
		if x.Value.Num != v.Num || x.Value.Den != v.Den || x.Value.V != v.V || x.Value.OK != v.OK {
			t.Errorf("%s %s %s %s: explained as %v, published as %v", v.Metric, v.Scope, v.Period, v.Key, x.Value, v)
		}
		rows := 0
		for _, e := range x.Evidence {
			rows += len(e.Rows)
			for _, r := range e.Rows {
				if !slices.Contains(x.Definition.Tables, r.Table) && !slices.Contains([]string{"reps", "calendar", "roster"}, r.Table) {
					t.Errorf("%s %s: a row of %s is behind it, and it says it rests on %v", v.Metric, v.Key, r.Table, x.Definition.Tables)
					break
				}
			}
		}
		if rows > 0 {
			withRows++
		}
		if v.OK && v.V != 0 && rows == 0 {
			t.Errorf("%s %s %s %s: no row is behind %v", v.Metric, v.Scope, v.Period, v.Key, v.V)
		}
		if x.Alone == metrics.Refuted {
			t.Errorf("%s %s %s %s: its %d rows alone do not give it", v.Metric, v.Scope, v.Period, v.Key, rows)
		}
	}
	t.Logf("%d numbers with rows, of %d metrics", withRows, len(metricsSeen))
	if len(metricsSeen) < len(metrics.Definitions())*8/10 {
		t.Errorf("only %d of %d metrics were tried", len(metricsSeen), len(metrics.Definitions()))
	}
}

// Measures over the last closed periods rest on several months of many reps,
// some of whose contracts are shared: their rows alone give them, too, for the
// company and for teams.
func TestExplainTrailing(t *testing.T) {
	dir := t.TempDir()
	run(t, exitOK, "sample", "--reps", "12", "--weeks", "34", "--seed", "5", "--out", dir)
	data, conf, err := buildFlags{data: dir, period: "month", values: "all"}.inputs()
	if err != nil {
		t.Fatal(err)
	}
	b, rep, err := ingest.Read(data, conf.Ingest)
	if err != nil {
		t.Fatal(err)
	}
	in := inputs(b, rep)
	doc, err := metrics.Compute(b, in, conf.Metrics)
	if err != nil {
		t.Fatal(err)
	}
	month, scopes := "", map[string]bool{}
	for _, p := range doc.Periods {
		if p.Role == snapshot.RoleCurrent && p.Kind == "month" {
			month = p.Name
		}
	}
	for _, s := range doc.Scopes {
		if s.Level == "company" || s.Level == "team" && len(scopes) < 3 {
			scopes[s.ID] = true
		}
	}
	tried := map[string]int{}
	for v := range doc.Values.All() {
		if v.Period != month || !scopes[v.Scope] || !strings.Contains(v.Key, "last=") {
			continue
		}
		x, err := metrics.Explain(b, in, conf.Metrics, metrics.Question{Metric: v.Metric, Scope: v.Scope, Period: v.Period, Key: v.Key})
		if err != nil {
			t.Errorf("%s %s %s: %v", v.Metric, v.Scope, v.Key, err)
			continue
		}
		if tried[v.Metric]++; x.Alone == metrics.Refuted {
			t.Errorf("%s %s %s: its rows alone do not give it", v.Metric, v.Scope, v.Key)
		}
	}
	if len(scopes) != 3 || tried["forecast.hit_rate"] < 3 || tried["forecast.mase"] != 3 {
		t.Errorf("tried %v of %v", tried, scopes)
	}
}

func demoExports(t *testing.T) string {
	t.Helper()
	d, err := buildDemo()
	if err != nil {
		t.Fatal(err)
	}
	return d.data
}

// The rows are in the files under the ids that are said, and the counts are the
// published ones.
func TestExplainNamesTheRows(t *testing.T) {
	exports := demoExports(t)
	file := filepath.Join(t.TempDir(), "rows.csv")
	text, _ := run(t, exitOK, "explain", "conversion.valid_per_signing", "--data", exports, "--scope", "R0001", "--lang", "en", "--limit", "1", "--rows", file)
	var answer struct {
		Value    struct{ Num, Den int }
		Alone    string `json:"computed_from_these_rows_alone"`
		Evidence []struct {
			Metric string
			Rows   []struct {
				File, Table, ID string
				Line            int
			}
		}
	}
	js, _ := run(t, exitOK, "explain", "conversion.valid_per_signing", "--data", exports, "--scope", "R0001", "-o", "json")
	if err := json.Unmarshal([]byte(js), &answer); err != nil {
		t.Fatal(err)
	}
	if len(answer.Evidence) != 2 || answer.Alone != "confirmed" || answer.Value.Den == 0 {
		t.Fatalf("%+v", answer)
	}
	for _, want := range []string{strconv.Itoa(answer.Value.Num) + " ÷ " + strconv.Itoa(answer.Value.Den), "valid visits ÷ signings", "These rows alone give the same number."} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
	if n := len(answer.Evidence[0].Rows); n != answer.Value.Num {
		t.Errorf("%d rows for %d valid visits", n, answer.Value.Num)
	}
	lines := map[string][]string{}
	for _, e := range answer.Evidence {
		for _, r := range e.Rows {
			if lines[r.File] == nil {
				b, err := os.ReadFile(filepath.Join(exports, r.File))
				if err != nil {
					t.Fatal(err)
				}
				lines[r.File] = strings.Split(string(b), "\n")
			}
			if at := lines[r.File][r.Line-1]; !strings.HasPrefix(at, r.ID+",") {
				t.Errorf("%s:%d is %q, not of %s", r.File, r.Line, at, r.ID)
			}
		}
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil || len(records) != 1+len(answer.Evidence[0].Rows)+len(answer.Evidence[1].Rows) {
		t.Errorf("%d records in the file of rows, %v", len(records), err)
	}
}

// Of the standard input, too, the rows behind a number are shown, as its lines;
// nothing of it is left in the temporary folder.
func TestExplainOfStandardInput(t *testing.T) {
	dir, tmp := t.TempDir(), t.TempDir()
	visits := "visit_id;rep_id;customer_id;start_at\nv1;r1;c1;03.03.2025 09:00\nv2;r1;\"c;2\";13.03.2025 10:00\nv3;r1;c3;02.04.2025 10:00\n"
	write(t, dir, map[string]string{
		"crmreport.yaml": "sources:\n  - {table: visits, files: [\"-\"]}\n  - {table: reps, files: [reps.csv]}\n",
		"reps.csv":       "rep_id,name\nr1,Ann\n", "piped": visits,
	})
	t.Setenv("TMPDIR", tmp)
	for _, form := range []string{"text", "csv", "json"} {
		for _, piped := range []bool{true, false} {
			in, err := os.Open(filepath.Join(dir, "piped"))
			if err != nil {
				t.Fatal(err)
			}
			if piped {
				var w *os.File
				if in, w, err = os.Pipe(); err != nil {
					t.Fatal(err)
				}
				w.WriteString(visits)
				w.Close()
			}
			old := os.Stdin
			os.Stdin = in
			out, _ := run(t, exitOK, "explain", "conversion.visits", "--data", dir, "-c", filepath.Join(dir, "crmreport.yaml"), "--period", "2025-03", "--as-of", "2025-04-06", "--lang", "en", "-o", form)
			os.Stdin = old
			in.Close()
			wants := map[string][]string{"text": {"-:2  v1\n", "-:3  v2\n", "These rows alone give the same number."}, "json": {`"line": 3`, `"id": "v2"`, `"confirmed"`},
				"csv": {",visits,'-,2,v1,v1;r1;c1;03.03.2025 09:00\n", `,visits,'-,3,v2,"v2;r1;""c;2"";13.03.2025 10:00"`}}[form]
			for _, want := range wants {
				if !strings.Contains(out, want) || strings.Contains(out, "v3") {
					t.Errorf("%s lacks %q:\n%s", form, want, out)
				}
			}
		}
	}
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// A question about something that is not there is answered with what is.
func TestExplainUnknown(t *testing.T) {
	exports := demoExports(t)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"conversion.visit"}, `did you mean "conversion.visits"?`},
		{[]string{"conversion.visits", "--scope", "R001"}, `there is no scope "R001"; did you mean`},
		{[]string{"conversion.visits", "--period", "1999-01"}, `there is no period "1999-01"`},
		{[]string{"funnel.reached", "--key", "stage=propsal"}, `did you mean "stage=proposal"?`},
		{[]string{"conversion.visits", "-o", "xml"}, "--output is text, json or csv"},
		{nil, "explain takes one metric"},
	} {
		_, stderr := run(t, exitUsage, append([]string{"explain", "--data", exports}, c.args...)...)
		if !strings.Contains(stderr, c.want) {
			t.Errorf("%v: %q, want %q in it", c.args, stderr, c.want)
		}
	}
}

// What was counted while reading is explained by file.
func TestExplainRowsRead(t *testing.T) {
	exports := demoExports(t)
	text, _ := run(t, exitOK, "explain", "data.rows_read", "--data", exports, "--key", "table=visits", "--lang", "en")
	if !strings.Contains(text, "visits.csv as visits: read ") {
		t.Error(text)
	}
}
