package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"crmreport/metrics"
	"crmreport/metrics/snapshot"
)

func TestUsage(t *testing.T) {
	for _, c := range []struct {
		args string
		code int
		want string // in what it prints
	}{
		{"", exitUsage, "Commands:"},
		{"help", exitOK, "demo"},
		{"--help", exitOK, "demo"},
		{"biuld", exitUsage, `did you mean "build"?`},
		{"build --help", exitOK, "crmreport build --data"},
		{"build --dta x", exitUsage, `did you mean "data"?`},
		{"build", exitUsage, "--out"},
		{"build x --out y", exitUsage, "--data"},
		{"build --out y --as-of 2025-02-30", exitUsage, "not a date"},
		{"build --out y --lang fr", exitUsage, "zh or en"},
		{"build --out y --period day", exitUsage, "week, month, quarter or year"},
		{"build --out y --values none", exitUsage, "units or all"},
		{"build --out y --max-rejects many", exitUsage, "1%"},
		{"build --out y --data does-not-exist", exitNoInput, "--data"},
		{"build --out y -c does-not-exist.yaml", exitConfig, "does-not-exist.yaml"},
		{"sample", exitUsage, "--out"},
		{"sample --out y --reps 0", exitUsage, "at least 1"},
		{"define golden", exitUsage, "no metric is called"},
		{"define conversion.golden_indx", exitUsage, `did you mean "conversion.golden_index"?`},
		{"version", exitOK, Version},
	} {
		out, err := run(t, c.code, strings.Fields(c.args)...)
		if !strings.Contains(out+err, c.want) {
			t.Errorf("crmreport %s prints\n%s%s\nwant %q in it", c.args, out, err, c.want)
		}
		if c.code == exitOK && err != "" {
			t.Errorf("crmreport %s: stderr %q", c.args, err)
		}
	}
}

// Every command has help with an example.
func TestHelp(t *testing.T) {
	for _, cmd := range commands() {
		out, _ := run(t, exitOK, cmd.name, "--help")
		if !strings.Contains(out, "Example:\n  crmreport "+cmd.name) {
			t.Errorf("%s --help has no example:\n%s", cmd.name, out)
		}
	}
}

func TestEnvironment(t *testing.T) {
	t.Setenv("CRMREPORT_LANG", "fr")
	if _, err := run(t, exitUsage, "build", "--out", "y"); !strings.Contains(err, "zh or en") {
		t.Errorf("the environment's language was not used: %s", err)
	}
	if _, err := run(t, exitNoInput, "build", "--out", "y", "--lang", "en", "--data", "none"); strings.Contains(err, "fr") {
		t.Errorf("the flag does not win over the environment: %s", err)
	}
}

func TestDefinePrintsEverything(t *testing.T) {
	out, _ := run(t, exitOK, "define")
	for _, d := range metrics.Definitions() {
		for _, text := range []string{d.ID, d.Title.ZH, d.Title.EN, d.Meaning.ZH, d.Meaning.EN, d.Formula.ZH, d.Formula.EN, d.Rulings} {
			if text == "" || !strings.Contains(out, text) {
				t.Errorf("define does not print %q of %s", text, d.ID)
			}
		}
	}
	one, _ := run(t, exitOK, "define", "conversion.golden_index", "--lang", "en")
	if !strings.Contains(one, "Formula:") || strings.Contains(one, "公式") || strings.Contains(one, "valid_share") {
		t.Errorf("one definition in English is\n%s", one)
	}
}

// define tells what became of a rule of the field: who computes it, or what is
// missing.
func TestDefineARule(t *testing.T) {
	done, _ := run(t, exitOK, "define", "S4-25")
	if !strings.Contains(done, "activity.grade_a_signed_next_day  A") || !strings.Contains(done, "activity.grade_b_next_step  B") {
		t.Errorf("S4-25 is\n%s", done)
	}
	missing, _ := run(t, exitOK, "define", "S4-36", "--lang", "en")
	if !strings.Contains(missing, "needs a column visits.demo") || strings.Contains(missing, "需要") {
		t.Errorf("S4-36 is\n%s", missing)
	}
}

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// A folder of two tables becomes a report: it says what is missing, every row
// is accounted for, the rejected one is listed with its place, and the same
// again changes nothing.
func TestBuildAccountsForEveryRow(t *testing.T) {
	data, out := t.TempDir(), t.TempDir()
	write(t, data, map[string]string{
		"visits.csv": "visit_id,rep_id,customer_id,start_at,met_role,pitched,rejection\n" +
			"V1,R1,C1,2025-03-03T09:00,KP,Y,none\n" +
			"V2,R1,C2,2025-03-04T09:00,KP,Y,none\n" +
			"V2,R1,C2,2025-03-04T09:00,KP,Y,none\n" + // duplicate export
			",,,,,,\n" + // blank
			"V3,R1,C3,2025-03-99T09:00,KP,Y,none\n" + // no such day
			"V4,R1,C4,2025-03-10T09:00,KP,Y,none\n", // after the as-of day
		"contracts.csv": "contract_id,customer_id,rep_id,sign_date,amount\nK1,C1,R1,2025-03-05,1000.00\n",
	})
	stdout, _ := run(t, exitOK, "build", "--data", data, "--out", out, "--as-of", "2025-03-09", "--max-rejects", "50%")
	if !strings.Contains(stdout, "Rows read 7 = accepted 3 + duplicates 1 + rejected 1 + skipped 2.") {
		t.Errorf("the rows are not accounted for:\n%s", stdout)
	}
	if !strings.Contains(stdout, "payments") {
		t.Errorf("nothing says that payments are missing:\n%s", stdout)
	}
	f := find(t, latest(t, out))
	f.num(6, "data.rows_read company 2025-W10 table=visits")
	f.num(2, "data.rows_accepted company 2025-W10 table=visits")
	f.num(1, "data.rows_duplicate company 2025-W10 table=visits")
	f.num(1, "data.rows_rejected company 2025-W10 table=visits")
	f.num(2, "data.rows_skipped company 2025-W10 table=visits")
	// Two valid visits and one signing: 2 : 1.
	f.value(2, 0, "conversion.valid_per_signing company 2025-W10")
	rejects := read(t, out, "latest", "rejects", "visits.csv")
	for _, want := range []string{"visits.csv", "6", "start_at", "2025-03-99"} {
		if !strings.Contains(rejects, want) {
			t.Errorf("rejects/visits.csv does not say %q:\n%s", want, rejects)
		}
	}
	page := read(t, out, "latest", "report.html")
	if !strings.Contains(page, "payments") && !strings.Contains(page, "回款") {
		t.Error("the page does not say that payments are missing")
	}
	again, _ := run(t, exitOK, "build", "--data", data, "--out", out, "--as-of", "2025-03-09", "--max-rejects", "50%")
	if !strings.Contains(again, "Nothing to do: ") {
		t.Errorf("the second build says\n%s", again)
	}
	if quiet, _ := run(t, exitOK, "build", "-q", "--data", data, "--out", out, "--as-of", "2025-03-09", "--max-rejects", "50%"); quiet != "" {
		t.Errorf("--quiet prints %q", quiet)
	}
}

// A visits file as an office in China sends it gives the report of a plain one,
// and run.json says how it was read.
func TestBuildReadsForeignForms(t *testing.T) {
	const head, rows = "visit_id;rep_id;customer_id;start_at\n", "V1;R1;C1;2025-03-03\nV2;R1;C2;2025-03-04\n"
	plain, foreign, out := t.TempDir(), t.TempDir(), t.TempDir()
	write(t, plain, map[string]string{"visits.csv": strings.ReplaceAll(head+rows, ";", ",")})
	write(t, foreign, map[string]string{"visits.csv": "\xB0\xDD\xB7\xC3;;;\n\n" + head + rows + "\xBA\xCF\xBC\xC6;;;2\n"}) // 拜访 above, 合计 below
	run(t, exitOK, "build", "--data", plain, "--out", out, "--as-of", "2025-03-09")
	want := latest(t, out)
	run(t, exitOK, "build", "--data", foreign, "--out", out, "--as-of", "2025-03-09")
	got := latest(t, out)
	if n := got.Inputs[0]; n.Encoding != "gb18030" || n.Read != 5 || n.Accepted != 2 || n.Skipped != 3 {
		t.Errorf("%+v", n)
	}
	numbers := func(vs snapshot.Values) []snapshot.Value { // but for the counts of rows
		return slices.DeleteFunc(slices.Collect(vs.All()), func(v snapshot.Value) bool { return strings.HasPrefix(v.Metric, "data.") })
	}
	if a, b := numbers(got.Values), numbers(want.Values); len(b) == 0 || !reflect.DeepEqual(a, b) {
		t.Error("the numbers are others than those of the plain file")
	}
	var ran struct{ Inputs []form }
	if err := json.Unmarshal([]byte(read(t, out, "latest", "run.json")), &ran); err != nil || len(ran.Inputs) != 1 {
		t.Fatal(err, ran)
	}
	if f := ran.Inputs[0]; f.Encoding != "gb18030" || f.Delimiter != ";" || f.LineEnds != "LF" || f.HeaderLine != 3 || f.HeaderRows != 1 ||
		f.Skipped.Blank != 1 || f.Skipped.Titles != 1 || f.Skipped.Footers != 1 {
		t.Errorf("%+v", f)
	}
}

// Wrong input: which file, line, column, and what was expected; and nothing is
// published.
func TestBuildRefuses(t *testing.T) {
	head := "visit_id,rep_id,customer_id,start_at\n"
	for name, c := range map[string]struct {
		files map[string]string
		conf  string
		code  int
		want  []string
	}{
		"too many rejects": {map[string]string{"visits.csv": head + "V1,R1,C1,2025-03-03\nV2,R1,C1,soon\nV3,R1,,2025-03-03\n"}, "", exitData,
			[]string{"2 of 3 rows", "visits.csv:3: start_at: \"soon\" is not a date", "visits.csv:4: customer_id"}},
		"a missing column": {map[string]string{"visits.csv": "visit_id,rep_id,customer_id,start\nV1,R1,C1,2025-03-03\n"}, "", exitData, []string{"visits.csv:1", "start_at"}},
		"swapped dates":    {map[string]string{"visits.csv": head + "V1,R1,C1,04/03/2025\n"}, "", exitData, []string{"visits.csv:2", "04/03/2025", "date_order: dmy"}},
		"an empty folder":  {nil, "", exitNoInput, []string{"visits.csv"}},
		"an xlsx":          {map[string]string{"visits.csv": "PK\x03\x04rest"}, "", exitData, []string{"visits.csv", "CSV UTF-8"}},
		"a missing source": {nil, "sources:\n  - {table: visits, files: [besuche*.csv]}\n", exitNoInput, []string{"besuche*.csv"}},
		"a wrong key":      {nil, "timezome: UTC\n", exitConfig, []string{`crmreport.yaml:1:1: unknown key "timezome"; did you mean "timezone"?`}},
	} {
		t.Run(name, func(t *testing.T) {
			data, out := t.TempDir(), filepath.Join(t.TempDir(), "out")
			write(t, data, c.files)
			args := []string{"build", "--data", data, "--out", out, "--as-of", "2025-03-09"}
			if c.conf != "" {
				conf := filepath.Join(t.TempDir(), "crmreport.yaml")
				write(t, filepath.Dir(conf), map[string]string{"crmreport.yaml": c.conf})
				args = append(args, "-c", conf)
			}
			_, stderr := run(t, c.code, args...)
			for _, w := range c.want {
				if !strings.Contains(stderr, w) {
					t.Errorf("the message lacks %q:\n%s", w, stderr)
				}
			}
			if _, err := os.Stat(out); err == nil {
				t.Error("the output folder was touched")
			}
		})
	}
}

// What --max-rejects allows, to the row: rows of other tables and blank ones do
// not dilute it. Over it nothing is published, and the report before stands.
func TestMaxRejects(t *testing.T) {
	export := func(good, bad int) string {
		text := "visit_id,rep_id,customer_id,start_at\n\n\n,,,\n"
		for i := range good + bad {
			day := "2025-03-03"
			if i >= good {
				day = "soon"
			}
			text += fmt.Sprintf("V%d,R1,C1,%s\n", i, day)
		}
		return text
	}
	out := t.TempDir()
	before := ""
	for _, c := range []struct {
		good, bad int
		flag      string // "" leaves the default, 1%
		conf      string
		code      int
	}{
		{10, 0, "0", "", exitOK},
		{10_000, 1, "0", "", exitData},
		{10_000, 1, "0%", "", exitData},
		{10_000, 1, "", "max_rejects: 0\n", exitData},
		{99, 1, "", "", exitOK},   // 1 of 100 is 1 %
		{98, 1, "", "", exitData}, // 1 of 99 is more
		{990, 10, "", "", exitOK}, // 10 of 1000
		{989, 10, "", "", exitData},
		{989, 10, "0.011", "", exitOK},
		{99, 1, "1%", "max_rejects: 0\n", exitOK}, // the flag wins
		{99, 1, "0", "max_rejects: 5%\n", exitData},
		{97, 3, "", "max_rejects: 3%\n", exitOK},
		{97, 3, "", "max_rejects: 2.999%\n", exitData},
		{1, 2, "66.6666666%", "", exitData}, // two thirds are more
		{1, 2, "66.6666667%", "", exitOK},
		{0, 5, "100%", "", exitOK},
	} {
		data, conf := t.TempDir(), filepath.Join(t.TempDir(), "crmreport.yaml")
		write(t, data, map[string]string{"visits.csv": export(c.good, c.bad), "contracts.csv": "contract_id,customer_id,rep_id,sign_date,amount\nK1,C1,R1,2025-03-05,1000.00\n"})
		write(t, filepath.Dir(conf), map[string]string{"crmreport.yaml": c.conf})
		args := []string{"build", "--data", data, "--out", out, "--as-of", "2025-03-09", "-c", conf}
		if c.flag != "" {
			args = append(args, "--max-rejects", c.flag)
		}
		_, stderr := run(t, c.code, args...)
		manifest := read(t, out, "latest", "manifest.json")
		switch c.code {
		case exitOK:
			n := latest(t, out).Inputs[0]
			if n.Read != int64(c.good+c.bad+3) || n.Accepted != int64(c.good) || n.Rejected != int64(c.bad) || n.Skipped != 3 {
				t.Errorf("%+v: %+v", c, n)
			}
			if c.bad > 0 {
				if rows := strings.Count(read(t, out, "latest", "rejects", "visits.csv"), "\n") - 1; rows != c.bad {
					t.Errorf("%+v: rejects/visits.csv has %d rows", c, rows)
				}
			}
			before = manifest
		default:
			if manifest != before {
				t.Errorf("%+v: the report before was touched", c)
			}
			if want := fmt.Sprintf("table visits: %d of %d rows were rejected", c.bad, c.good+c.bad); !strings.Contains(stderr, want) {
				t.Errorf("%+v: %q is not in\n%s", c, want, stderr)
			}
		}
	}
}

// An optional source without a file: published, and the exit code says so.
func TestBuildWithoutAnOptionalFile(t *testing.T) {
	data, out, conf := t.TempDir(), t.TempDir(), t.TempDir()
	write(t, data, map[string]string{"contracts.csv": "contract_id,customer_id,rep_id,sign_date,amount\nK1,C1,R1,2025-03-05,1000.00\n"})
	write(t, conf, map[string]string{"c.yaml": "sources:\n  - {table: contracts, files: [contracts.csv]}\n  - {table: payments, files: [pay*.csv], optional: true}\n"})
	_, stderr := run(t, exitPartial, "build", "--data", data, "--out", out, "-c", filepath.Join(conf, "c.yaml"), "--as-of", "2025-03-09")
	if !strings.Contains(stderr, "pay*.csv") {
		t.Errorf("stderr does not name the file that did not come: %s", stderr)
	}
	find(t, latest(t, out)).num(1, "conversion.signings company 2025-W10")
}

// A column that had to be decided is named in run.json with the cell that
// proves it; the answer to a question makes the same files readable.
func TestBuildDecidesColumns(t *testing.T) {
	data, out, conf := t.TempDir(), t.TempDir(), t.TempDir()
	write(t, data, map[string]string{"contracts.csv": "contract_id,customer_id,rep_id,sign_date,amount\nK1,C1,R1,05/03/2025,\"1.000\"\nK2,C2,R1,28/02/2025,\"2.000\"\n"})
	_, stderr := run(t, exitData, "build", "--data", data, "--out", filepath.Join(out, "none"), "--as-of", "2025-03-09")
	if !strings.Contains(stderr, `contracts.csv:2: column amount: "1.000" may be 1 (decimal point) or 1000 (decimal comma)`) {
		t.Error(stderr)
	}
	write(t, conf, map[string]string{"c.yaml": "sources:\n  - {table: contracts, files: [contracts.csv], decimal: \",\"}\n"})
	run(t, exitOK, "build", "--data", data, "--out", out, "-c", filepath.Join(conf, "c.yaml"), "--as-of", "2025-03-09")
	text := read(t, out, "latest", "run.json")
	for _, want := range []string{`"column": "sign_date"`, `2 cells with / as day/month/year, which 1 prove, first \"28/02/2025\" (contracts.csv:3)`, `decimal comma, as stated`} {
		if !strings.Contains(text, want) {
			t.Errorf("run.json lacks %s:\n%s", want, text)
		}
	}
	find(t, latest(t, out)).num(1, "conversion.signings company 2025-W10")
}
