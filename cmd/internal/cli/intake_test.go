package cli

import (
	"encoding/json"
	"fmt"
	"html"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const intakeConf = "sources:\n" +
	"  - {table: reps, files: [reps.csv]}\n" +
	"  - {table: visits, files: [\"visits*\"], fresh: {warn_after: 3 workdays, fail_after: 14 days}, min_rows: {warn: 90%, fail: 50%}}\n"

// tree is all that is below a folder but its lock: names, links, times and contents.
func tree(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() == ".lock" { // which every run holds
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		text := ""
		switch {
		case d.Type()&fs.ModeSymlink != 0:
			text, err = os.Readlink(path)
		case d.Type().IsRegular():
			var c []byte
			c, err = os.ReadFile(path)
			text = string(c)
		}
		fmt.Fprintf(&b, "%s %v %v %q\n", path, info.Mode(), info.ModTime(), text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Whatever is wrong with what must be there, the report before it stands as it
// was, to the time of every file; mended, the next run goes through.
func TestInputsThatStopTheRun(t *testing.T) {
	conf := filepath.Join(t.TempDir(), "crmreport.yaml")
	write(t, filepath.Dir(conf), map[string]string{"crmreport.yaml": intakeConf})
	good := weeksVisits + weekTwo
	for name, c := range map[string]struct {
		file, text string // in place of visits.csv
		flags      []string
		code       int
		says       string
	}{
		"missing":                 {"others.csv", good, nil, exitNoInput, "visits*"},
		"stale":                   {"visits.csv", strings.ReplaceAll(weeksVisits, "2025-02-", "2025-01-"), nil, exitNoInput, "42 days before 2025-03-09"}, // 26 January: 5 + 28 + 9
		"cut short":               {"visits.csv", weeksVisits[:strings.Index(weeksVisits, "V1,")] + weekTwo, []string{"--max-rejects", "1%"}, exitData, "cut short"},
		"cut inside a cell":       {"visits.csv", good + "V9,R1,\"C9,2025-03-07T09:00", nil, exitData, "visits.csv:5"},
		"compressed, and cut off": {"visits.csv.gz", zipped(strings.Repeat(good, 9))[:90], nil, exitData, "visits.csv.gz"},
		"too many rejected rows":  {"visits.csv", good + "V8,R1,C9,yesterday,KP,Y,none\n", nil, exitData, "1 of 4 rows were rejected"},
		"no row of the past":      {"visits.csv", strings.ReplaceAll(good, ",2025-0", ",2052-0"), nil, exitData, "nobody can say how old it is"},
	} {
		t.Run(name, func(t *testing.T) {
			data, out := t.TempDir(), t.TempDir()
			build := func(code int, asOf string, flags ...string) string {
				_, said := run(t, code, append([]string{"build", "--data", data, "--out", out, "-c", conf, "--as-of", asOf}, flags...)...)
				return said
			}
			write(t, data, map[string]string{"reps.csv": weeksReps, "visits.csv": weeksVisits + late})
			build(exitOK, "2025-03-02")
			was := tree(t, out)
			os.Remove(filepath.Join(data, "visits.csv"))
			write(t, data, map[string]string{c.file: c.text})
			if said := build(c.code, "2025-03-09", c.flags...); !strings.Contains(said, c.says) {
				t.Errorf("says %s, want %q", said, c.says)
			}
			if tree(t, out) != was {
				t.Error("the report before it was touched")
			}
			os.Remove(filepath.Join(data, c.file))
			write(t, data, map[string]string{"visits.csv": good})
			build(exitOK, "2025-03-09")
		})
	}
}

// What is only odd is published, with its warning in both languages on the page,
// in metrics.json and on stderr, and the exit code says so.
func TestInputsThatWarn(t *testing.T) {
	for name, c := range map[string]struct {
		conf, text string
		code       int
		id, zh, en string
	}{
		"stale":          {intakeConf, weeksVisits + strings.Replace(weekTwo, "03-07", "03-03", 1), exitPartial, "stale_input", "已 4 个工作日，超过 3 个工作日", "4 working days before 2025-03-09; more than 3 working days"}, // Tue … Fri
		"the same file":  {"", weeksVisits, exitPartial, "same_file", "逐字节相同", "is the same file as for the report of 2025-03-02, byte for byte"},
		"fewer rows":     {intakeConf, weeksVisits[:strings.Index(weeksVisits, "V1,")] + weekTwo, exitPartial, "few_rows", "只有 1 行，2025-03-02 的报告读到 2 行", "1 rows, the report of 2025-03-02 read 2"},
		"another header": {"", strings.Replace(weeksVisits+weekTwo, "rejection", "refusal", 1), exitOK, "header_changed", "少了 rejection；多了 refusal", "gone rejection; new refusal"},
	} {
		t.Run(name, func(t *testing.T) {
			data, out := t.TempDir(), t.TempDir()
			args := []string{"build", "--data", data, "--out", out}
			if c.conf != "" {
				write(t, out, map[string]string{"c.yaml": c.conf})
				args = append(args, "-c", filepath.Join(out, "c.yaml"))
			}
			write(t, data, map[string]string{"reps.csv": weeksReps, "visits.csv": weeksVisits})
			run(t, exitOK, append(args, "--as-of", "2025-03-02")...)
			write(t, data, map[string]string{"visits.csv": c.text})
			for i := range 2 { // the second time there is nothing new, and it is as odd
				_, said := run(t, c.code, append(args, "--as-of", "2025-03-09", fmt.Sprintf("--force=%v", i > 0))...)
				if !strings.Contains(said, c.en) {
					t.Errorf("stderr: %s, want %q", said, c.en)
				}
			}
			page := html.UnescapeString(read(t, out, "latest", "report.html"))
			for _, want := range []string{c.zh, c.en} {
				if !strings.Contains(page, want) {
					t.Errorf("the page does not say %q", want)
				}
			}
			var doc struct{ Warnings []struct{ Code string } }
			if err := json.Unmarshal([]byte(read(t, out, "latest", "metrics.json")), &doc); err != nil || len(doc.Warnings) != 1 || doc.Warnings[0].Code != c.id {
				t.Errorf("metrics.json warns of %v, want %s (%v)", doc.Warnings, c.id, err)
			}
		})
	}
}

// An optional file that did not come: published, with the exit code for it.
func TestOptionalFileThatDidNotCome(t *testing.T) {
	data, out := t.TempDir(), t.TempDir()
	write(t, out, map[string]string{"c.yaml": intakeConf + "  - {table: payments, files: [payments*.csv], optional: true}\n"})
	write(t, data, map[string]string{"reps.csv": weeksReps, "visits.csv": weeksVisits + weekTwo})
	_, said := run(t, exitPartial, "build", "--data", data, "--out", out, "-c", filepath.Join(out, "c.yaml"), "--as-of", "2025-03-09")
	if !strings.Contains(said, "payments*.csv (input_missing)") {
		t.Errorf("says %s", said)
	}
	if page := read(t, out, "runs", "2025-W10", "report.html"); !strings.Contains(page, "可选文件没有到") {
		t.Error("the page does not say so")
	}
}

// run.json keeps the header of every file.
func TestRunKeepsHeaders(t *testing.T) {
	data, out := t.TempDir(), t.TempDir()
	write(t, data, map[string]string{"reps.csv": weeksReps, "visits.csv": weeksVisits})
	run(t, exitOK, "build", "--data", data, "--out", out, "--as-of", "2025-03-02")
	hs := headersOf(filepath.Join(out, "latest"))
	if len(hs) != 2 || hs[1].Table != "visits" || hs[1].File != "visits.csv" || strings.Join(hs[1].Columns, ",")+"\n" != weeksVisits[:strings.Index(weeksVisits, "V1")] {
		t.Errorf("%+v", hs)
	}
}

// A file that somebody writes to is waited for, in vain here; with its marker it
// is read at once.
func TestAFileThatGrows(t *testing.T) {
	data, out := t.TempDir(), t.TempDir()
	write(t, data, map[string]string{"reps.csv": weeksReps, "visits.csv": weeksVisits})
	stop, ended := make(chan bool), make(chan bool)
	go func() {
		defer close(ended)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
				at := time.Date(2025, 3, 10, 6, 0, i, 0, time.UTC)
				_ = os.Chtimes(filepath.Join(data, "visits.csv"), at, at)
			}
		}
	}()
	args := []string{"build", "--data", data, "--out", filepath.Join(out, "reports"), "--as-of", "2025-03-02", "--settle", "500ms"}
	_, said := run(t, exitHeld, args...)
	if !strings.Contains(said, `"visits.csv"`) || strings.Contains(said, "reps.csv") || !strings.Contains(said, "visits.csv.done") {
		t.Errorf("says %s", said)
	}
	if _, err := os.Stat(filepath.Join(out, "reports")); err == nil {
		t.Error("the folder of reports was touched")
	}
	write(t, data, map[string]string{"visits.csv.done": ""})
	run(t, exitOK, args...)
	close(stop)
	<-ended
	run(t, exitUsage, append(args, "--settle", "-1s")...)
}
