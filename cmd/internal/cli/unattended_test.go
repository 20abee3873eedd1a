package cli

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"
)

const docs = "../../../docs/unattended"

// A shell command with crmreport in command position: at the start of a line or
// list item, after run: or a time, after ; & | or (. An assignment or a word of
// the program's path may come before.
var (
	continued   = regexp.MustCompile(`\\\n\s*`)
	commandLine = regexp.MustCompile("(?m)(?:^|[;&|(`]|run:|ExecStart=|^[0-9*/, -]+ )[ \t]*(?:- |\\$ )?[ \t]*((?:[./\\w-]*/)?crmreport [a-z][^;&|)>`\n]*)")
	remark      = regexp.MustCompile(`#[^\n"']*$`)
	codeOf      = regexp.MustCompile("(?m)^    .*$|`[^`\n]*`") // in Markdown
	aNumber     = regexp.MustCompile(`\bN\b`)
)

// commandLines are the commands in a text that run crmreport.
func commandLines(text string) (lines []string) {
	for _, m := range commandLine.FindAllStringSubmatch(continued.ReplaceAllString(text, " "), -1) {
		lines = append(lines, strings.TrimSpace(remark.ReplaceAllString(m[1], "")))
	}
	return lines
}

// parsed says what is wrong with a command line, by the program's own table of
// commands and flags. Brackets and N are for a reader to fill in.
func parsed(line string) error {
	args := strings.Fields(strings.NewReplacer("[", " ", "]", " ", "\\", "", "'", "", `"`, "").Replace(aNumber.ReplaceAllString(line, "1")))[1:]
	if args[0] == "help" {
		return nil
	}
	at := slices.IndexFunc(commands(), func(c command) bool { return c.name == args[0] })
	if at < 0 {
		return fmt.Errorf("there is no command %s", args[0])
	}
	fs := pflag.NewFlagSet(args[0], pflag.ContinueOnError)
	fs.SetOutput(io.Discard)
	commands()[at].flags(fs)
	return fs.Parse(args[1:])
}

// The test sees commands where they are, and refuses what does not exist.
func TestCommandLines(t *testing.T) {
	text := "MAILTO=a\n0 6 * * 1  /usr/bin/crmreport build --quiet; echo\nTo run crmreport is easy.\n" +
		"| `crmreport demo` | x |\n      - run: ./crmreport build \\\n          --out y # why\n    - ./crmreport check m -o text\n`x && crmreport define a`\nmkdir crmreport && ls\n"
	want := []string{"/usr/bin/crmreport build --quiet", "crmreport demo", "./crmreport build  --out y", "./crmreport check m -o text", "crmreport define a"}
	if got := commandLines(text); !slices.Equal(got, want) {
		t.Errorf("the commands are %q, want %q", got, want)
	}
	for line, ok := range map[string]bool{
		"crmreport build --data DIR --out DIR [-c FILE] [--as-of DATE]": true, "crmreport sample --reps N --weeks N": true, "crmreport sample --reps M": false, "crmreport demo": true, "crmreport help": true, "x/crmreport check m.json -o text -o md=x": true,
		"crmreport biuld": false, "crmreport build --dta x": false, "crmreport build --data": false, "crmreport build --copies=perhaps": false, "crmreport build -x": false,
	} {
		if err := parsed(line); (err == nil) != ok {
			t.Errorf("%s: %v", line, err)
		}
	}
}

// Every command in what a reader copies has flags that the program knows.
func TestUnattendedFlags(t *testing.T) {
	for file, least := range map[string]int{"crmreport.service": 1, "crontab": 2, "github.yml": 2, "gitlab-ci.yml": 3, "healthcheck.sh": 1, "../../README.md": 8, "../../README.zh.md": 8} {
		text := read(t, docs, file)
		if strings.HasSuffix(file, ".md") { // its prose begins with the program's name too
			text = strings.ReplaceAll(strings.Join(codeOf.FindAllString(text, -1), "\n"), `\|`, " ")
		}
		lines := commandLines(text)
		if len(lines) < least {
			t.Errorf("%s has %d commands, want %d at least: %q", file, len(lines), least, lines)
		}
		for _, line := range lines {
			if err := parsed(line); err != nil {
				t.Errorf("%s: %s: %v", file, line, err)
			}
		}
	}
}

// cronFields are the least and the most of minute, hour, day, month, weekday.
var cronFields = [5][2]int{{0, 59}, {0, 23}, {1, 31}, {1, 12}, {0, 7}}

// cronJob says what is wrong with the time of a job.
func cronJob(line string) error {
	fields := strings.Fields(line)
	if len(fields) < 6 {
		return fmt.Errorf("%d fields, want five and a command", len(fields))
	}
	for i, limits := range cronFields {
		for part := range strings.SplitSeq(fields[i], ",") {
			part, step, stepped := strings.Cut(part, "/")
			if n, err := strconv.Atoi(step); stepped && (err != nil || n < 1) {
				return fmt.Errorf("field %d: step %q", i+1, step)
			}
			if part == "*" {
				continue
			}
			from, to, ranged := strings.Cut(part, "-")
			if !ranged {
				to = from
			}
			a, err := strconv.Atoi(from)
			b, err2 := strconv.Atoi(to)
			if err != nil || err2 != nil || a < limits[0] || b > limits[1] || a > b {
				return fmt.Errorf("field %d: %q is not within %v", i+1, part, limits)
			}
		}
	}
	if strings.Contains(line, "%") { // cron makes a line break of it
		return fmt.Errorf("a bare %% in %q", line)
	}
	return nil
}

func TestCronJob(t *testing.T) {
	for line, ok := range map[string]bool{
		"0 6 * * 1 x": true, "*/5 0-6,22 1 1-12/2 7 x y": true, "59 23 31 12 0 x": true,
		"0 6 * * 1": false, "60 6 * * 1 x": false, "0 24 * * 1 x": false, "0 6 0 * 1 x": false, "0 6 * 13 1 x": false, "0 6 * * 8 x": false,
		"*/0 6 * * 1 x": false, "6-5 6 * * 1 x": false, "0 6 * * 1 date +%F": false, "x 6 * * 1 x": false,
	} {
		if err := cronJob(line); (err == nil) != ok {
			t.Errorf("%s: %v", line, err)
		}
	}
}

// The crontab is one: settings, with a zone that exists, then jobs.
func TestCrontab(t *testing.T) {
	settings, jobs := map[string]string{}, 0
	for line := range strings.Lines(read(t, docs, "crontab")) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if name, value, ok := strings.Cut(line, "="); ok && regexp.MustCompile(`^[A-Z_]+$`).MatchString(name) {
			if jobs > 0 {
				t.Errorf("%s is set after a job that it does not hold for", name)
			}
			settings[name] = value
			continue
		}
		jobs++
		if err := cronJob(line); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
	if _, err := time.LoadLocation(settings["CRON_TZ"]); err != nil || settings["CRON_TZ"] == "" {
		t.Errorf("CRON_TZ=%s: %v", settings["CRON_TZ"], err)
	}
	if jobs != 2 || settings["MAILTO"] == "" {
		t.Errorf("%d jobs, settings %v", jobs, settings)
	}
}

// tool runs a program that judges; where it is not installed the test is
// skipped and says so.
func tool(t *testing.T, name string, args ...string) (string, error) {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("SKIPPED: %s is not installed", name)
	}
	out, err := exec.Command(path, args...).CombinedOutput()
	return string(out), err
}

var execStart = regexp.MustCompile(`(?m)^ExecStart=(\S+)`)

// systemd finds nothing to say about the units, and would about a wrong one.
func TestSystemdUnits(t *testing.T) {
	if out, err := tool(t, "systemd-analyze", "--version"); err != nil {
		t.Skipf("SKIPPED: systemd-analyze does not run here: %v\n%s", err, out)
	}
	verify := func(change func(string) string) (string, error) {
		dir := t.TempDir()
		service := execStart.ReplaceAllString(read(t, docs, "crmreport.service"), "ExecStart="+os.Args[0])
		// The manual page comes with a package.
		service = regexp.MustCompile(`(?m)^Documentation=.*\n`).ReplaceAllString(service, "")
		write(t, dir, map[string]string{"crmreport.service": change(service), "crmreport.timer": read(t, docs, "crmreport.timer")})
		return tool(t, "systemd-analyze", "verify", filepath.Join(dir, "crmreport.service"), filepath.Join(dir, "crmreport.timer"))
	}
	if out, err := verify(func(s string) string { return s }); err != nil || strings.Contains(out, "crmreport") {
		t.Errorf("systemd-analyze verify: %v\n%s", err, out)
	}
	for from, to := range map[string]string{"SuccessExitStatus=3": "SuccessExitStatu=3", "Type=oneshot": "Type=once", "ExecStart=": "ExecStart=/no/such"} {
		out, err := verify(func(s string) string { return strings.Replace(s, from, to, 1) })
		if err == nil && !strings.Contains(out, "crmreport.service") {
			t.Errorf("systemd-analyze verify does not see %s: %s", to, out)
		}
	}
}

// What the service writes to lies where it may write, and what it runs as is said
// to own it.
func TestServiceMayWrite(t *testing.T) {
	text := read(t, docs, "crmreport.service")
	m := regexp.MustCompile(`(?m)^ReadWritePaths=(.*)$`).FindStringSubmatch(text)
	if m == nil {
		t.Fatal("the service may write nowhere")
	}
	words, writes := strings.Fields(commandLines(text)[0]), 0
	for i, w := range words[:len(words)-1] {
		dir := words[i+1]
		switch w {
		case "--prom":
			dir = filepath.Dir(dir)
		case "--out":
		default:
			continue
		}
		writes++
		if !slices.Contains(strings.Fields(m[1]), dir) {
			t.Errorf("%s writes to %s, ReadWritePaths are %s", w, dir, m[1])
		}
		if !regexp.MustCompile(`(?m)^#   install -d -o crmreport .* ` + regexp.QuoteMeta(dir) + `( |$)`).MatchString(text) {
			t.Errorf("the service does not say who must own %s", dir)
		}
	}
	if writes != 2 {
		t.Errorf("%d places are written to, want those of --out and --prom", writes)
	}
}

// The timer's day is Monday 6:00 in the zone it names.
func TestSystemdCalendar(t *testing.T) {
	m := regexp.MustCompile(`(?m)^OnCalendar=(.*)$`).FindStringSubmatch(read(t, docs, "crmreport.timer"))
	if m == nil {
		t.Fatal("the timer has no OnCalendar")
	}
	out, err := tool(t, "systemd-analyze", "calendar", m[1])
	if err != nil || !strings.Contains(out, "Normalized form: Mon *-*-* 06:00:00 Asia/Shanghai") {
		t.Errorf("systemd-analyze calendar %s: %v\n%s", m[1], err, out)
	}
	if out, err := tool(t, "systemd-analyze", "calendar", "Mon *-*-* 26:00"); err == nil {
		t.Errorf("26:00 passes: %s", out)
	}
}

// The recipe for a health check is a shell script, and tells the monitor how
// the run ended: 3 is published.
func TestHealthcheck(t *testing.T) {
	script := filepath.Join(docs, "healthcheck.sh")
	if out, err := tool(t, "sh", "-n", script); err != nil {
		t.Fatalf("sh -n: %v\n%s", err, out)
	}
	text := strings.ReplaceAll(read(t, docs, "healthcheck.sh"), "/usr/local/bin/crmreport", "crmreport")
	for code, want := range map[int]string{0: "start 0", 3: "start 0", 65: "start 65", 143: "start 143"} {
		dir := t.TempDir()
		write(t, dir, map[string]string{"run.sh": text,
			"crmreport": fmt.Sprintf("#!/bin/sh\nexit %d\n", code),
			"curl":      "#!/bin/sh\nfor a; do :; done\necho \"${a##*/}\" >> \"$(dirname \"$0\")/pings\"\nexit 7\n"}) // a monitor that is down
		for _, name := range []string{"crmreport", "curl"} {
			if err := os.Chmod(filepath.Join(dir, name), 0o700); err != nil {
				t.Fatal(err)
			}
		}
		cmd := exec.Command("sh", filepath.Join(dir, "run.sh"))
		cmd.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"), "PING=https://hc.example.com/x")
		_ = cmd.Run() // its exit code is looked at
		if got := strings.Join(strings.Fields(read(t, dir, "pings")), " "); got != want || cmd.ProcessState.ExitCode() != code {
			t.Errorf("exit code %d: pings %q, want %q; it ends with %d", code, got, want, cmd.ProcessState.ExitCode())
		}
	}
}
