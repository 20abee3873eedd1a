package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"crmreport/ingest"
)

// lastLine is how a build ends; the figures of weeksVisits and weekTwo are
// 1 rep and 3 visits, 4 rows.
var lastLine = regexp.MustCompile(`(?m)^result=.* ms=[0-9]+ out=.*\n\z`)

// says is what a command prints on stderr but the last line of a build, which
// has durations.
func says(args ...string) (code int, stderr string) {
	code, _, stderr = call(args...)
	return code, lastLine.ReplaceAllString(stderr, "")
}

// optional is a configuration with a source that need not come.
const optional = "sources:\n  - {table: reps, files: [reps.csv]}\n  - {table: visits, files: [visits.csv]}\n  - {table: payments, files: [pay*.csv], optional: true}\n"

// Every build says what became of it in its last line; a quiet one only where
// that is not good.
func TestResultLine(t *testing.T) {
	data, out := twoWeeks(t), t.TempDir()
	write(t, out, map[string]string{"c.yaml": optional, "bad.yaml": "sources: 7\n", "file": ""})
	to, spaced := filepath.Join(out, "r"), filepath.Join(out, "my \"own\" reports")
	conf := filepath.Join(out, "c.yaml")
	for _, c := range []struct {
		name  string
		code  int
		want  string // the line but ms
		quiet string // the same with --quiet
		args  []string
	}{
		{"published", exitOK, "result=ok week=2025-W10 rows=4 rejected=0 out=" + to, "", buildOf(data, to, 3)},
		{"the same again", exitOK, "result=nothing_to_do week=2025-W10 rows=4 rejected=0 out=" + to, "", buildOf(data, to, 3)},
		{"a folder with blanks", exitOK, `result=ok week=2025-W10 rows=4 rejected=0 out="` + out + `/my \"own\" reports"`, "", buildOf(data, spaced, 3)},
		{"partial", exitPartial, "result=partial code=3 week=2025-W10 rows=4 rejected=0 out=" + to, "same", buildOf(data, to, 3, "--force", "-c", conf)},
		{"usage", exitUsage, "result=error code=64 out=" + to, "same", buildOf(data, to, 3, "--lang", "fr")},
		{"an unknown flag", exitUsage, "result=error code=64 out=" + to, "same", buildOf(data, to, 3, "--dta", "x")},
		{"a flag without its value", exitUsage, "result=error code=64 out=" + to, "same", buildOf(data, to, 3, "--as-of=2025-03-09", "--catch-up=many")},
		{"an argument", exitUsage, "result=error code=64 out=" + to, "same", buildOf(data, to, 3, "x")},
		{"--log xml", exitUsage, "result=error code=64 out=" + to, "same", buildOf(data, to, 3, "--log", "xml")},
		{"no place for --prom", exitCannotCreate, "result=error code=73 out=" + to, "same", buildOf(data, to, 3, "--prom", filepath.Join(out, "none", "x.prom"))},
		{"no --out", exitUsage, `result=error code=64 out=""`, "same", []string{"build"}},
		{"no input", exitNoInput, "result=error code=66 out=" + to, "same", buildOf("nowhere", to, 3)},
		{"no folder", exitCannotCreate, "result=error code=73 out=" + out + "/file/r", "same", buildOf(data, filepath.Join(out, "file", "r"), 3)},
		{"configuration", exitConfig, "result=error code=78 out=" + to, "same", buildOf(data, to, 3, "-c", filepath.Join(out, "bad.yaml"))},
	} {
		_, said := run(t, c.code, c.args...)
		if got := lastOf(said); got != c.want {
			t.Errorf("%s: the last line is %q, want %q", c.name, got, c.want)
		}
		want := c.want
		if c.quiet == "" {
			want = ""
		}
		printed, said := run(t, c.code, append(slices.Clone(c.args), "--quiet")...)
		if got := lastOf(said); got != want || printed != "" || want == "" && said != "" {
			t.Errorf("%s, quiet: stdout %q, stderr %q, want the last line %q", c.name, printed, said, want)
		}
	}
}

// lastOf is the last line of what a build printed, without ms.
func lastOf(said string) string {
	line := said[strings.LastIndex(strings.TrimSuffix(said, "\n"), "\n")+1:]
	return regexp.MustCompile(` ms=[0-9]+`).ReplaceAllString(strings.TrimSuffix(line, "\n"), "")
}

// jsonLines reads stderr as JSON Lines; every line has the three fields.
func jsonLines(t *testing.T, said string) (lines []map[string]any) {
	t.Helper()
	for text := range strings.Lines(said) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("%v in %q", err, text)
		}
		for _, key := range []string{"level", "event", "message"} {
			if s, ok := line[key].(string); !ok || s == "" {
				t.Errorf("no %s in %s", key, text)
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// With --log json every line on stderr is an object, the last one the result;
// nothing that an export or a report says is in one.
func TestLogJSON(t *testing.T) {
	out := t.TempDir()
	write(t, out, map[string]string{"c.yaml": optional})
	const header = "visit_id,rep_id,customer_id,start_at,met_role,pitched,rejection\n"
	for _, c := range []struct {
		name, visits string
		code         int
		events       string // level event, of every line
		fault        string // code file line column of the first line; blank: none
		args         []string
	}{
		{"published", weeksVisits, exitOK, "info result", "", nil},
		{"partial", weeksVisits, exitPartial, "warning input, warning result", "", []string{"-c", filepath.Join(out, "c.yaml")}},
		{"ambiguous days", header + "V1,R1,秘密客户,01/02/2025,KP,Y,none\n", exitData, "error failed, error result", "ambiguous_date visits.csv 2 start_at", nil},
		{"too many rejects", header + "V1,R1,秘密客户,2025-02-31T09:00,KP,Y,none\nV2,R1,C1,2025-02-25T09:00,KP,Y,none\n", exitData, "error failed, error result", "too_many_rejects visits.csv 2 start_at", nil},
		{"no such scope", weeksVisits, exitUsage, "error failed, error result", "", []string{"--scope", "华东/上海/一祖"}},
		{"usage", weeksVisits, exitUsage, "error failed, error result", "", []string{"--period", "day"}},
	} {
		data := t.TempDir()
		write(t, data, map[string]string{"reps.csv": weeksReps, "visits.csv": c.visits})
		_, said := run(t, c.code, append([]string{"build", "--log", "json", "--data", data, "--out", filepath.Join(out, c.name)}, c.args...)...)
		lines := jsonLines(t, said)
		var events []string
		for _, l := range lines {
			events = append(events, l["level"].(string)+" "+l["event"].(string))
		}
		if got := strings.Join(events, ", "); got != c.events {
			t.Errorf("%s: %s, want %s\n%s", c.name, got, c.events, said)
		}
		if end := lines[len(lines)-1]; end["code"] != float64(c.code) || end["out"] == "" {
			t.Errorf("%s: the result is %v", c.name, end)
		}
		for _, secret := range []string{"秘密", "赵磊", "01/02", "02-31", "一组", "一祖", "华东"} {
			if strings.Contains(said, secret) {
				t.Errorf("%s: %q is in the log:\n%s", c.name, secret, said)
			}
		}
		if c.fault == "" {
			continue
		}
		var l logLine
		first, _, _ := strings.Cut(said, "\n")
		if err := json.Unmarshal([]byte(first), &l); err != nil {
			t.Fatal(err)
		}
		want := strings.Split(c.fault, " ")
		if l.Fault != want[0] || l.File != want[1] || strconv.Itoa(l.Line) != want[2] || l.Column != want[3] {
			t.Errorf("%s: %+v, want %s", c.name, l, c.fault)
		}
	}
	if _, said := run(t, exitUsage, "build", "--out", out, "--log", "xml"); !strings.Contains(said, "--log is text or json") {
		t.Errorf("--log xml: %s", said)
	}
}

// A command line that cannot be parsed is told in the form that it asks for,
// wherever on the line that stands.
func TestLogOfAWrongLine(t *testing.T) {
	for line, out := range map[string]string{
		"build --log json --out r --dta x": "r", "build --dta x --log=json -o r": "r", "build -o=r --log json --catch-up many": "r", "build --log text --log json --out=r --settle 30": "r",
		"build --dta x --log json": "", "build --out r --log json 华东": "r",
	} {
		_, said := run(t, exitUsage, strings.Fields(line)...)
		lines := jsonLines(t, said)
		if len(lines) != 2 || lines[0]["event"] != "failed" || lines[1]["result"] != "error" || lines[1]["code"] != float64(exitUsage) || lines[1]["out"] != out || strings.Contains(said, "华东") {
			t.Errorf("%s: %s", line, said)
		}
	}
	t.Setenv("CRMREPORT_LOG", "json")
	t.Setenv("CRMREPORT_FORCE", "perhaps")
	if _, said := run(t, exitUsage, "build", "--out", "r"); len(jsonLines(t, said)) != 2 || !strings.Contains(said, "CRMREPORT_FORCE") {
		t.Errorf("the environment: %s", said)
	}
	// Other commands have no such line.
	if _, said := run(t, exitUsage, "prune", "--dta", "x", "--log", "json"); strings.Contains(said, "result") {
		t.Errorf("prune: %s", said)
	}
}

// The text of an error is in a log only where it cannot have a cell in it.
func TestLogTexts(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{usageError("--lang is zh or en"), "--lang is zh or en"},
		{discreet{usageError("no unit 华东"), "no such unit"}, "no such unit"},
		{&ingest.Fault{Kind: ingest.BadData, Message: "秘密"}, failures[exitData]},
		{&ingest.Fault{Kind: ingest.BadConfig, Message: "秘密"}, failures[exitConfig]},
		{&ingest.Fault{Kind: ingest.Missing, Message: "秘密"}, failures[exitNoInput]},
		{&ingest.Fault{Kind: ingest.CannotRead, Message: "秘密"}, failures[exitIO]},
		{bug("秘密"), failures[exitBug]},
		{os.ErrInvalid, failures[exitIO]},
	} {
		if got := logText(c.err); got != c.want || got == "" {
			t.Errorf("%v is logged as %q, want %q", c.err, got, c.want)
		}
	}
}

func TestQuoted(t *testing.T) {
	for v, want := range map[string]string{"": `""`, "a": "a", "/srv/华东": "/srv/华东", "a b": `"a b"`, `a"b`: `"a\"b"`, "a=b": `"a=b"`, `a\b`: `"a\\b"`, "a\nb": `"a\nb"`, "a\u3000b": `"a\u3000b"`} {
		if got := quoted(v); got != want {
			t.Errorf("%q is quoted as %s, want %s", v, got, want)
		}
	}
}
