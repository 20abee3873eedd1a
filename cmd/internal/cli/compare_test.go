package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"crmreport/cmd/internal/publish"
)

// judged are metrics files for compare and check: of two weeks in one folder, of
// the second built once more from the same exports, and bent ones.
type judged struct {
	dir, first, second, again string
}

const checksExample = "../../../docs/checks.yaml"

func judgedFiles(t *testing.T) judged {
	t.Helper()
	dir := t.TempDir()
	data, out, other := filepath.Join(dir, "exports"), filepath.Join(dir, "out"), filepath.Join(dir, "other")
	run(t, exitOK, "sample", "--reps", "20", "--weeks", "12", "--seed", "4", "--out", data)
	run(t, exitOK, "build", "--data", data, "--out", out, "--as-of", "2025-06-22")
	run(t, exitOK, "build", "--data", data, "--out", out, "--as-of", "2025-06-29")
	run(t, exitOK, "build", "--data", data, "--out", other, "--as-of", "2025-06-29")
	at := func(parts ...string) string { return filepath.Join(append(parts, "metrics.json")...) }
	return judged{dir, at(out, "runs", "2025-W25"), at(out, "latest"), at(other, "latest")}
}

// put writes a file below the folder and returns its path.
func (j judged) put(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(j.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// bent is a copy of a metrics file with one change.
func (j judged) bent(t *testing.T, name, from, pattern, by string) string {
	t.Helper()
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	find := regexp.MustCompile(pattern)
	if n := len(find.FindAllIndex(text, -1)); n != 1 {
		t.Fatalf("%s: %d places fit %s, want one", name, n, pattern)
	}
	return j.put(t, name, string(find.ReplaceAll(text, []byte(by))))
}

func rulesText(section string) string { return "version: 1\n" + section + "\n" }

func TestCompareAndCheck(t *testing.T) {
	t.Setenv("CI", "")
	j := judgedFiles(t)
	share := `("metric":"conversion.valid_share","scope":"company","period":"2025-W26","num":)"\d+"(,"den":"\d+","value":)[\d.]+`
	one := j.bent(t, "one.json", j.second, share, `$1"1"${2}0.5`)
	worse := j.bent(t, "worse.json", j.second, share, `$1"0"${2}0`)
	major := j.bent(t, "major.json", j.second, `crmreport\.metrics/1\.`, "crmreport.metrics/2.")
	dollars := j.bent(t, "dollars.json", j.second, `("timezone":"[^"]+","currency":)"CNY"`, `$1"USD"`)
	zone := j.bent(t, "zone.json", j.second, `"timezone":"[^"]+"`, `"timezone":"UTC"`)
	broken := j.put(t, "broken.json", `{"schema":`)
	other := j.put(t, "other.json", `{"schema":"crmreport.metrics/2.0","values":{"a":1}}`)
	text := j.put(t, "text.json", `{"schema":"crmreport.metrics/1.1","values":[{"n":"7"}]}`)
	typo := j.put(t, "typo.yaml", rulesText("compare:\n  - {metric: a.b, worze: {}}"))
	nothing := j.put(t, "nothing.yaml", rulesText("compare:\n  - {metric: conversion.valid_shar}\ncheck:\n  - {metric: conversion.valid_shar, max: 3%}"))
	unit := j.put(t, "unit.yaml", rulesText("check:\n  - {metric: conversion.valid_share, max: 3}"))
	warns := j.put(t, "warns.yaml", rulesText("compare:\n  - {metric: conversion.valid_share, scope: {level: company}}\ncheck:\n  - {metric: conversion.visits, scope: {level: company}, max: {warn: 1}}"))
	fails := j.put(t, "fails.yaml", rulesText("check:\n  - {metric: conversion.visits, scope: {level: company}, max: 1}"))
	limitless := j.put(t, "limitless.yaml", rulesText("compare: []"))
	waiver := "compare:\n  - {metric: conversion.valid_share, scope: {level: company}, level: fail}\nwaivers:\n" +
		"  - {rule: compare/conversion.valid_share, until: 2025-07-31, reason: the territory was split}"
	waived := j.put(t, "waived.yaml", rulesText(waiver))
	fresh := j.put(t, "fresh.yaml", rulesText("freshness:\n  - {input: visits, fail_after: 1 day}"))
	run1 := filepath.Join(filepath.Dir(filepath.Dir(filepath.Dir(j.first))), "runs", "2025-W25.r1", "metrics.json")

	for name, c := range map[string]struct {
		args string // words apart by blanks
		code int
		want string // in what it prints
	}{
		"two builds of the same exports":    {"compare " + j.again + " " + j.second, exitOK, "mode exact"},
		"the same, said":                    {"compare --mode exact " + j.again + " " + j.second, exitOK, "0 fail, 0 warn"},
		"one number bent":                   {"compare " + j.again + " " + one, exitNo, "\nFAIL   conversion.valid_share company\n"},
		"what is bent":                      {"compare " + j.again + " " + one, exitNo, "; num, value\n"},
		"one bent, with rules":              {"compare " + j.again + " " + one + " -r " + waived, exitNo, "1 fail, 0 warn"},
		"two weeks":                         {"compare " + j.first + " " + j.second, exitOK, "mode period"},
		"two weeks by the example":          {"compare " + j.first + " " + j.second + " -r " + checksExample, exitOK, "0 fail, 0 warn"},
		"two weeks, exactly":                {"compare --mode exact " + j.first + " " + j.second, exitData, "as-of days are 2025-06-22 and 2025-06-29; use --mode period"},
		"the same week as periods":          {"compare --mode period " + j.again + " " + j.second, exitOK, "mode period"},
		"with the run before":               {"compare prev " + j.second, exitOK, "2025-W25.r1 (data up to 2025-06-22)"},
		"no run before":                     {"compare prev " + run1, exitNoInput, "name the other file"},
		"no run beside it":                  {"compare prev " + one, exitNoInput, "no run.json beside it"},
		"labels":                            {"compare old=" + j.first + " new=" + j.second, exitOK, "old (data up to 2025-06-22) → new (data up to 2025-06-29)"},
		"the wrong way round":               {"compare " + j.second + " " + j.first, exitOK, "the wrong way round?"},
		"far worse":                         {"compare " + j.first + " " + worse, exitNo, "worse; p < 0.0001 [compare/conversion.valid_share]"},
		"a warning":                         {"compare " + j.first + " " + worse + " -r " + warns, exitOK, "0 fail, 1 warn"},
		"a warning that counts":             {"compare " + j.first + " " + worse + " -r " + warns + " --fail-on warn", exitWarnings, "0 fail, 1 warn"},
		"a failure, where warnings count":   {"compare " + j.first + " " + worse + " --fail-on warn", exitNo, "1 fail"},
		"only another metric":               {"compare " + j.first + " " + worse + " --metric receivables.*", exitOK, "0 fail"},
		"only another scope":                {"compare " + j.first + " " + worse + " --scope level=x", exitUsage, "no value fits"},
		"only teams":                        {"compare " + j.first + " " + worse + " --scope team=*", exitOK, "0 fail"},
		"only a metric that is none":        {"compare " + j.first + " " + worse + " --metric conversion.valid_shar", exitUsage, `no value fits --metric "conversion.valid_shar"`},
		"all rows":                          {"compare " + j.first + " " + j.second + " --all --metric conversion.valid_share --scope company", exitOK, "\nINFO   conversion.valid_share company\n"},
		"waived":                            {"compare " + j.first + " " + worse + " -r " + waived + " --today 2025-07-31", exitOK, "0 fail, 0 warn, 1 waived"},
		"waived up to yesterday":            {"compare " + j.first + " " + worse + " -r " + waived + " --today 2025-08-01", exitNo, "the waiver ended on 2025-07-31 (the territory was split)"},
		"waived up to long ago":             {"compare " + j.first + " " + worse + " -r " + waived, exitNo, "waiver expired"},
		"waived too far ahead":              {"compare " + j.first + " " + worse + " -r " + waived + " --today 2025-07-01 --max-waiver 29d", exitNo, "more than 29 days ahead"},
		"waived just so far":                {"compare " + j.first + " " + worse + " -r " + waived + " --today 2025-07-01 --max-waiver 30d", exitOK, "1 waived"},
		"a waiver that nothing needs":       {"compare " + worse + " " + worse + " --mode period -r " + waived + " --today 2025-07-31 --fail-on warn", exitWarnings, "waiver unused"},
		"no such rules":                     {"compare " + j.first + " " + j.second + " -r none.yaml", exitConfig, "name them with --rules"},
		"rules with a typo":                 {"compare " + j.first + " " + j.second + " -r " + typo, exitConfig, `typo.yaml:3:19: unknown key "worze" in a rule of compare; did you mean "worse"?`},
		"a rule that fits nothing":          {"compare " + j.first + " " + j.second + " -r " + nothing, exitConfig, "nothing.yaml:3: no value of conversion.valid_shar"},
		"no such file":                      {"compare none.json " + j.second, exitNoInput, "none.json"},
		"a folder":                          {"compare " + j.first + " " + j.dir, exitNoInput, "cannot read the metrics file"},
		"half a file":                       {"compare " + j.first + " " + broken, exitData, "not a metrics file"},
		"no metrics file":                   {"compare " + j.first + " " + filepath.Join(filepath.Dir(j.second), "manifest.json"), exitData, "not a metrics file: a JSON array stands"},
		"a newer schema":                    {"compare " + j.first + " " + major, exitData, `schema is "crmreport.metrics/2.`},
		"a newer schema of other types":     {"compare " + j.first + " " + other, exitData, `schema is "crmreport.metrics/2.0"`},
		"a number as a text":                {"compare " + j.first + " " + text, exitData, "not a metrics file: a JSON string stands in"},
		"another currency":                  {"compare " + j.first + " " + dollars, exitData, "base is in CNY, head in USD"},
		"another zone":                      {"compare " + j.first + " " + zone, exitData, "UTC"},
		"one file":                          {"compare " + j.first, exitUsage, "two metrics files"},
		"no such mode":                      {"compare --mode fuzzy a b", exitUsage, "exact or period"},
		"no such form":                      {"compare -o jsn a b", exitUsage, `did you mean "json"?`},
		"two forms on one output":           {"compare -o text -o json a b", exitUsage, "-o json=FILE"},
		"two forms in one file":             {"compare -o text=x -o json=x a b", exitUsage, "write to the same place"},
		"a form in no file":                 {"compare -o json= a b", exitUsage, "names no file"},
		"a form where none can be":          {"compare " + j.first + " " + j.second + " -o json=" + filepath.Join(j.dir, "none", "x.json"), exitCannotCreate, "cannot write the result"},
		"no such failure":                   {"compare --fail-on never a b", exitUsage, "fail or warn"},
		"no day":                            {"compare --today tomorrow a b", exitUsage, "2026-11-22"},
		"no number of days":                 {"compare --max-waiver 90days a b", exitUsage, "a number of days such as 90d"},
		"twice the standard input":          {"compare - -", exitUsage, "only one of both"},
		"the run before standard input":     {"compare prev -", exitNoInput, ""},
		"check by the example":              {"check " + j.second + " -r " + checksExample, exitOK, "check: "},
		"check without rules":               {"check " + j.second, exitUsage, "check needs --rules"},
		"check without limits":              {"check " + j.second + " -r " + limitless, exitConfig, "has no limits (check:)"},
		"check of nothing":                  {"check -r " + fails, exitUsage, "one metrics file, not 0"},
		"a limit that fits nothing":         {"check " + j.second + " -r " + nothing, exitConfig, "nothing.yaml:5: no value of conversion.valid_shar"},
		"a limit of another unit":           {"check " + j.second + " -r " + unit, exitConfig, "unit.yaml:3: the limit is of another unit than conversion.valid_share (%)"},
		"over a limit":                      {"check " + j.second + " -r " + fails, exitNo, "over limit; allowed: at most 1 [check/conversion.visits]"},
		"over a limit that warns":           {"check " + j.second + " -r " + warns, exitOK, "0 fail, 1 warn"},
		"over a limit that warns, counting": {"check " + j.second + " -r " + warns + " --fail-on warn", exitWarnings, "0 fail, 1 warn"},
		"fresh":                             {"check " + j.second + " -r " + fresh, exitOK, "0 fail"},
		"check of a missing file":           {"check none.json -r " + fails, exitNoInput, "none.json"},
	} {
		out, err := run(t, c.code, strings.Fields(c.args)...)
		if !strings.Contains(out+err, c.want) {
			t.Errorf("%s: crmreport %s prints\n%s%s\nwant %q in it", name, c.args, out, err, c.want)
		}
		if c.code <= exitWarnings && err != "" {
			t.Errorf("%s: stderr %q", name, err)
		}
	}

	t.Run("files", func(t *testing.T) { j.forms(t, worse) })
	t.Run("standard input", func(t *testing.T) {
		stdin(t, j.second)
		if out, _ := run(t, exitOK, "compare", j.again, "now=-"); !strings.Contains(out, "mode exact") || !strings.Contains(out, "→ now (data") {
			t.Errorf("compare with the standard input:\n%s", out)
		}
		stdin(t, j.second)
		if out, _ := run(t, exitNo, "check", "-", "-r", fails); !strings.Contains(out, "check: standard input, data up to 2025-06-29") {
			t.Errorf("check of the standard input:\n%s", out)
		}
	})
	t.Run("baseline", func(t *testing.T) { j.baseline(t, worse) })
	t.Run("schema", func(t *testing.T) { j.schemas(t, worse, fails) })
}

// stdin makes a file the standard input.
func stdin(t *testing.T, path string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	was := os.Stdin
	os.Stdin = f
	t.Cleanup(func() { os.Stdin = was; f.Close() })
}

// forms writes every form to a file of its own at once; those that leave rows
// out name the one that has them.
func (j judged) forms(t *testing.T, worse string) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	out, _ := run(t, exitNo, "compare", j.first, worse, "-o", "text", "-o", "json="+at("j"), "-o", "csv="+at("c"), "-o", "md="+at("m"), "-o", "junit="+at("x"), "-o", "github="+at("g"))
	for name, want := range map[string]string{"j": `"schema": "crmreport.compare/1"`, "c": "\uFEFFlevel,state,metric", "m": "| fail | conversion.valid\\_share |",
		"x": "<testsuites ", "g": "::error title=conversion.valid_share company::"} {
		text, err := os.ReadFile(at(name))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), want) {
			t.Errorf("%s begins\n%.300s\nwant %q in it", name, text, want)
		}
		if info, err := os.Stat(at(name)); err == nil && info.Mode().Perm()&^publish.FileMode != 0 {
			t.Errorf("%s may be read by everybody: %v", name, info.Mode())
		}
	}
	if !strings.Contains(out, "\nFAIL ") {
		t.Errorf("the text is not on the standard output:\n%s", out)
	}
	text, err := os.ReadFile(at("j"))
	if err != nil {
		t.Fatal(err)
	}
	var d struct {
		Mode string
		Base struct {
			AsOf   string `json:"as_of"`
			Config string `json:"config_sha256"`
		}
		Rows []struct{ State, Level string }
	}
	if err := json.Unmarshal(text, &d); err != nil || d.Mode != "period" || d.Base.AsOf != "2025-06-22" || d.Rows[0].State != "worse" || d.Rows[0].Level != "fail" {
		t.Errorf("%v: %s, base %+v, %d rows", err, d.Mode, d.Base, len(d.Rows))
	}
}

// baseline is what --update-baseline does, and where it refuses.
func (j judged) baseline(t *testing.T, worse string) {
	dir := t.TempDir()
	file := filepath.Join(dir, "baseline.json")
	if err := os.WriteFile(file, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	args := func(head string, more ...string) []string {
		return append([]string{"compare", j.first, head, "--update-baseline", file}, more...)
	}
	untouched := func(why string) {
		t.Helper()
		text, err := os.ReadFile(file)
		names, _ := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil || string(text) != "old" || len(names) != 1 {
			t.Errorf("%s: %v, %d bytes, %v", why, err, len(text), names)
		}
	}
	for _, ci := range []string{"true", "1", "yes"} {
		t.Setenv("CI", ci)
		if _, err := run(t, exitUsage, args(j.second, "--yes")...); !strings.Contains(err, "must not accept its own numbers") {
			t.Errorf("CI=%s: %s", ci, err)
		}
	}
	untouched("in CI")
	t.Setenv("CI", "false")
	for _, in := range []string{os.DevNull, worse} { // no terminal, whatever it looks like
		stdin(t, in)
		if _, err := run(t, exitUsage, args(j.second)...); !strings.Contains(err, "needs a terminal to ask at, or --yes") {
			t.Errorf("%s: %s", in, err)
		}
	}
	stdin(t, j.second)
	run(t, exitUsage, args("-", "--yes")...)
	run(t, exitData, args(filepath.Join(filepath.Dir(j.second), "manifest.json"), "--yes")...)
	untouched("refused")

	// What is accepted may be worse: that is what accepting means.
	_, said := run(t, exitNo, args(worse, "--yes")...)
	want, err := os.ReadFile(worse)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(file)
	if err != nil || string(got) != string(want) || !strings.Contains(said, file+" is the baseline now") {
		t.Errorf("%v: %d bytes, want %d; %s", err, len(got), len(want), said)
	}
	names, _ := filepath.Glob(filepath.Join(dir, "*"))
	hidden, _ := filepath.Glob(filepath.Join(dir, ".*"))
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != publish.FileMode || len(names)+len(hidden) != 1 {
		t.Errorf("%v, %v, %v %v", err, info.Mode(), names, hidden)
	}
	run(t, exitCannotCreate, "compare", j.first, j.second, "--yes", "--update-baseline", filepath.Join(dir, "none", "b.json"))
}
