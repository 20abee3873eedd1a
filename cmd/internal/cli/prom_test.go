package cli

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"crmreport/cmd/internal/publish"
)

var (
	promComment = regexp.MustCompile(`^# (HELP|TYPE) ([a-z_]+) (\S.*)$`)
	promSample  = regexp.MustCompile(`^([a-z_]+)(?:\{((?:[a-z]+="(?:[^"\\]|\\[\\"n])*",?)+)\})? (-?[0-9]+(?:\.[0-9]+)?)$`)
)

// parseProm reads the text format strictly: HELP and TYPE once, before the
// samples of their metric, which lie together; no sample twice, no timestamp.
func parseProm(text string) (samples map[string]float64, err error) {
	samples = map[string]float64{}
	help, typed, current := map[string]bool{}, map[string]bool{}, ""
	if !strings.HasSuffix(text, "\n") {
		return nil, errors.New("the last line does not end")
	}
	for n, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if m := promComment.FindStringSubmatch(line); m != nil {
			switch {
			case m[1] == "HELP" && !help[m[2]] && !typed[m[2]]:
				help[m[2]] = true
			case m[1] == "TYPE" && help[m[2]] && !typed[m[2]] && m[3] == "gauge":
				typed[m[2]], current = true, m[2]
			default:
				return nil, fmt.Errorf("line %d: %s", n+1, line)
			}
			continue
		}
		m := promSample.FindStringSubmatch(line)
		if m == nil || m[1] != current {
			return nil, fmt.Errorf("line %d: %s", n+1, line)
		}
		key := m[1]
		if m[2] != "" {
			key += "{" + m[2] + "}"
		}
		if _, twice := samples[key]; twice {
			return nil, fmt.Errorf("line %d: %s is there twice", n+1, key)
		}
		if samples[key], err = strconv.ParseFloat(m[3], 64); err != nil {
			return nil, err
		}
	}
	return samples, nil
}

// The parser of the tests refuses what a scraper would.
func TestParseProm(t *testing.T) {
	const head = "# HELP a_b Text.\n# TYPE a_b gauge\n"
	for text, ok := range map[string]bool{
		head + "a_b 1\n": true, head + "a_b{x=\"1\",y=\"\\\\ \\\" \\n\"} -1.5\n": true,
		head + "a_b 1": false, head + "a_b 1 1700000000\n": false, head + "a_b{x=\"\"\"} 1\n": false, head + "a_b{x=\"\\t\"} 1\n": false,
		"a_b 1\n": false, "# TYPE a_b gauge\na_b 1\n": false, head + "a_b 1\na_b 2\n": false, head + head + "a_b 1\n": false, head + "c 1\n": false, head + "\na_b 1\n": false,
	} {
		if _, err := parseProm(text); (err == nil) != ok {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// scraped is what a scraper reads; nobody but this file is in its folder.
func scraped(t *testing.T, file string) map[string]float64 {
	t.Helper()
	samples, err := parseProm(read(t, file))
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(filepath.Dir(file))
	if err != nil || len(entries) != 1 {
		t.Errorf("beside the file: %v, %v", entries, err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != promMode {
		t.Errorf("the file's rights are %v, %v", info.Mode(), err)
	}
	return samples
}

// What a build did is told to the monitor; a failure keeps the time of the last
// success, and knows nothing of inputs.
func TestProm(t *testing.T) {
	data, out, file := t.TempDir(), t.TempDir(), filepath.Join(t.TempDir(), "crmreport.prom")
	// 4 visits: one twice, one on 31 February.
	write(t, data, map[string]string{"reps.csv": weeksReps, "visits.csv": weeksVisits + "V2,R1,C2,2025-02-26T09:00,KP,Y,none\nV9,R1,C2,2025-02-31T09:00,KP,Y,none\n"})
	args := []string{"build", "--data", data, "--out", out, "--as-of", "2025-03-02", "--prom", file, "--max-rejects", "50%"}

	before := time.Now().Unix()
	run(t, exitOK, args...)
	got := scraped(t, file)
	for key, want := range map[string]float64{
		"crmreport_exit_code":                              0,
		`crmreport_input_age_seconds{input="visits"}`:      345600, // 26 February to 2 March: 2 + 2 days, 4 × 86,400
		`crmreport_rows{input="reps",state="accepted"}`:    1,
		`crmreport_rows{input="visits",state="accepted"}`:  2,
		`crmreport_rows{input="visits",state="rejected"}`:  1,
		`crmreport_rows{input="visits",state="duplicate"}`: 1,
		`crmreport_rows{input="visits",state="skipped"}`:   0,
	} {
		if v, ok := got[key]; !ok || v != want {
			t.Errorf("%s is %v (%v), want %v", key, v, ok, want)
		}
	}
	success := got[lastSuccess]
	if success < float64(before) || success > float64(time.Now().Unix()) || success != got["crmreport_last_run_timestamp_seconds"] {
		t.Errorf("a success at %v, the run at %v", success, got["crmreport_last_run_timestamp_seconds"])
	}
	if d, ok := got["crmreport_duration_seconds"]; !ok || d < 0 {
		t.Errorf("the run took %v", d)
	}

	// As if that had been long ago.
	text := strings.ReplaceAll(read(t, file), fmt.Sprintf(" %.0f\n", success), " 1700000000\n")
	if err := os.WriteFile(file, []byte(text), promMode); err != nil {
		t.Fatal(err)
	}
	run(t, exitData, append(args[:len(args):len(args)], "--max-rejects", "1%")...)
	got = scraped(t, file)
	if got[lastSuccess] != 1700000000 || got["crmreport_exit_code"] != exitData || got["crmreport_last_run_timestamp_seconds"] < float64(before) {
		t.Errorf("a failure is told as %v", got)
	}
	if len(got) != 4 {
		t.Errorf("a failure tells %d samples, want 4: %v", len(got), got)
	}
	run(t, exitOK, args...) // nothing to do is a success
	if got = scraped(t, file); got[lastSuccess] < float64(before) || got["crmreport_exit_code"] != 0 {
		t.Errorf("nothing to do is told as %v", got)
	}
}

// A failure where there was no success yet, or the file is not ours, says 0.
func TestPromNever(t *testing.T) {
	for name, text := range map[string]string{"no file": "", "another's": "x 1\n", "no number": lastSuccess + " soon\n", "cut off": lastSuccess} {
		file := filepath.Join(t.TempDir(), "x.prom")
		if text != "" {
			write(t, filepath.Dir(file), map[string]string{"x.prom": text})
		}
		run(t, exitNoInput, "build", "--data", "nowhere", "--out", t.TempDir(), "--prom", file)
		if got := scraped(t, file); got[lastSuccess] != 0 || got["crmreport_exit_code"] != exitNoInput {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// A file that cannot be there is refused before anything is built; one that
// cannot be replaced later makes a good run a failed one, which is published.
func TestPromNotWritten(t *testing.T) {
	data, out, dir := twoWeeks(t), filepath.Join(t.TempDir(), "out"), t.TempDir()
	run(t, exitCannotCreate, buildOf(data, out, 0, "--prom", filepath.Join(dir, "no", "x.prom"))...)
	run(t, exitUsage, buildOf(data, out, 0, "--prom", dir)...)
	if _, err := os.Stat(out); err == nil {
		t.Error("the folder of reports is touched")
	}
	beside := fmt.Sprintf("x.prom.%d", os.Getpid()) // what cannot be removed is in the way
	if err := os.MkdirAll(filepath.Join(dir, beside, "full"), 0o700); err != nil {
		t.Fatal(err)
	}
	_, said := run(t, exitIO, buildOf(data, out, 0, "--prom", filepath.Join(dir, "x.prom"))...)
	if !strings.Contains(said, "--prom was not written") || !strings.HasPrefix(lastOf(said), "result=error code=74 week=2025-W10") {
		t.Errorf("it says %s", said)
	}
	if _, err := os.Stat(filepath.Join(dir, "x.prom")); err == nil {
		t.Error("half a file is there")
	}
	read(t, out, "latest", "manifest.json")
}

// The file is replaced by another: who has it open reads the one before to its
// end, and what a killed run left beside it is in nobody's way.
func TestPromReplaced(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "x.prom")
	write(t, dir, map[string]string{"x.prom": "before\n", fmt.Sprintf("x.prom.%d", os.Getpid()): "left"})
	held, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	if err := writeProm(file, promState{end: time.Unix(1700000000, 0)}); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 100)
	if n, err := held.Read(b); err != nil || string(b[:n]) != "before\n" {
		t.Errorf("the file that was open reads %q, %v", b[:n], err)
	}
	if got := scraped(t, file); got[lastSuccess] != 1700000000 {
		t.Errorf("it tells %v", got)
	}
}

// Labels are escaped; days of several files of a table are those of the newest.
func TestPromLabels(t *testing.T) {
	s := promState{success: "0", inputs: []inputState{{table: "a\\b\"c\nd", dated: true, age: 86400}}}
	got, err := parseProm(s.text())
	if err != nil {
		t.Fatal(err)
	}
	if v := got[`crmreport_input_age_seconds{input="a\\b\"c\nd"}`]; v != 86400 {
		t.Errorf("the samples are %v", got)
	}
	data, file := t.TempDir(), filepath.Join(t.TempDir(), "x.prom")
	head, _, _ := strings.Cut(weeksVisits, "\n")
	write(t, data, map[string]string{"reps.csv": weeksReps, "visits-1.csv": weeksVisits, "visits-2.csv": head + "\nV3,R1,C3,2025-03-04T09:00,KP,Y,none\n",
		"c.yaml": "sources:\n  - {table: reps, files: [reps.csv]}\n  - {table: visits, files: [\"visits-*.csv\"]}\n"})
	run(t, exitOK, buildOf(data, t.TempDir(), 3, "-c", filepath.Join(data, "c.yaml"), "--prom", file)...)
	got = scraped(t, file)
	// 2 + 1 visits; from 4 March to 9 March: 5 × 86,400.
	if got[`crmreport_rows{input="visits",state="accepted"}`] != 3 || got[`crmreport_input_age_seconds{input="visits"}`] != 432000 {
		t.Errorf("two files are told as %v", got)
	}
}

// A build that is told to stop tells it.
func TestPromTerminated(t *testing.T) {
	data, out, file := twoWeeks(t), t.TempDir(), filepath.Join(t.TempDir(), "x.prom")
	folder, err := publish.Open(out, publish.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	b, _ := program(buildOf(data, out, 0, "--lock-wait", "10m", "--log", "json", "--prom", file)...)
	b.Stderr = nil
	says, err := b.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Start(); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	buffer := make([]byte, 4096)
	for told := false; ; {
		n, err := says.Read(buffer)
		said.Write(buffer[:n])
		if err != nil {
			break
		}
		if !told && strings.Contains(said.String(), "waiting for another run") {
			told = true
			if err := b.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
		}
	}
	var exit *exec.ExitError
	if err := b.Wait(); !errors.As(err, &exit) || exit.ExitCode() != exitTerminated {
		t.Errorf("%v, want exit code %d", err, exitTerminated)
	}
	lines := jsonLines(t, said.String())
	if end := lines[len(lines)-1]; len(lines) != 2 || lines[0]["event"] != "publishing" || end["result"] != "error" || end["code"] != float64(exitTerminated) {
		t.Errorf("it says %s", said.String())
	}
	if got := scraped(t, file); got["crmreport_exit_code"] != exitTerminated {
		t.Errorf("it tells %v", got)
	}
}
