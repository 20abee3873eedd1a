package cli

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// times is how often a test of processes does it: few by itself, as many as the
// environment says where somebody wants to know (60 and more in CI).
func times(t *testing.T, variable string, few int) int {
	t.Helper()
	text, ok := os.LookupEnv(variable)
	if !ok {
		return few
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("%s is a number, not %q", variable, text)
	}
	return n
}

// program is this program with arguments, as a process that is not started yet.
func program(args ...string) (*exec.Cmd, *bytes.Buffer) {
	cmd, said := exec.Command(os.Args[0], args...), &bytes.Buffer{}
	cmd.Env = append(os.Environ(), "CRMREPORT_TEST_AS=crmreport")
	cmd.Stdout, cmd.Stderr = said, said
	return cmd, said
}

// twoWeeks are exports that are built in no time.
func twoWeeks(t *testing.T) (data string) {
	t.Helper()
	data = t.TempDir()
	write(t, data, map[string]string{"reps.csv": weeksReps, "visits.csv": weeksVisits + weekTwo})
	return data
}

// asOfs are days of one week: reports as of them have the same name and other
// bytes, so that each build in turn has something to publish.
var asOfs = []string{"2025-03-06", "2025-03-07", "2025-03-08", "2025-03-09"}

func buildOf(data, out string, i int, flags ...string) []string {
	return append([]string{"build", "--data", data, "--out", out, "--as-of", asOfs[i%len(asOfs)]}, flags...)
}

// set is a published run, opened once: what latest becomes later is another.
type set struct {
	root     *os.Root
	manifest []byte
}

func openSet(dir string) (s set, err error) {
	if s.root, err = os.OpenRoot(dir); err != nil {
		return s, err
	}
	if s.manifest, err = s.root.ReadFile("manifest.json"); err != nil {
		s.root.Close()
	}
	return s, err
}

// fault is what of a set is not as its manifest says.
func (s set) fault() error {
	var files []struct{ File, SHA256 string }
	if err := json.Unmarshal(s.manifest, &files); err != nil {
		return fmt.Errorf("manifest.json: %w", err)
	}
	if len(files) < 6 { // the page, two summaries, three of metrics
		return fmt.Errorf("manifest.json has %d files", len(files))
	}
	for _, f := range files {
		b, err := s.root.ReadFile(f.File)
		if err != nil {
			return err
		}
		if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != f.SHA256 {
			return fmt.Errorf("%s is of another run than manifest.json", f.File)
		}
	}
	return nil
}

// reader reads latest all the time, as a manager's browser might.
type reader struct {
	out      string
	copies   bool
	tidying  sync.RWMutex // the test removes old runs, which no program does here
	stop     chan bool
	done     chan bool
	whole    int     // sets that were as their manifest says
	changing int     // copies that were being made, which the reader saw and did not take
	faults   []error // sets that were not, and looked as if they were
}

func readAll(out string, copies bool) *reader {
	r := &reader{out: out, copies: copies, stop: make(chan bool), done: make(chan bool)}
	go func() {
		defer close(r.done)
		for {
			select {
			case <-r.stop:
				return
			default:
				r.read()
			}
		}
	}()
	return r
}

func (r *reader) end() {
	close(r.stop)
	<-r.done
}

func (r *reader) read() {
	r.tidying.RLock()
	defer r.tidying.RUnlock()
	latest := filepath.Join(r.out, "latest")
	s, err := openSet(latest)
	if err == nil {
		defer s.root.Close()
		err = s.fault()
	}
	if err == nil {
		r.whole++
		return
	}
	if r.copies { // who trusts the manifest looks whether it is still the same
		if now, _ := os.ReadFile(filepath.Join(latest, "manifest.json")); s.manifest == nil || !bytes.Equal(now, s.manifest) {
			r.changing++
			return
		}
	}
	r.faults = append(r.faults, err)
}

// forget removes all but the newest revisions of the week.
func (r *reader) forget(t *testing.T, keep int) {
	t.Helper()
	r.tidying.Lock()
	defer r.tidying.Unlock()
	all, err := filepath.Glob(filepath.Join(r.out, "runs", "*.r*"))
	if err != nil {
		t.Fatal(err)
	}
	last := 0
	for _, dir := range all {
		last = max(last, revision(filepath.Base(dir)))
	}
	for _, dir := range all {
		if revision(filepath.Base(dir)) <= last-keep {
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// remains are the names of what only a run that is going on has.
func remains(t *testing.T, out string) (names []string) {
	t.Helper()
	for _, dir := range []string{out, filepath.Join(out, "runs")} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if strings.HasPrefix(e.Name(), ".") && e.Name() != ".lock" {
				names = append(names, filepath.Join(dir, e.Name()))
			}
		}
	}
	return names
}

// built fails unless a build goes through and leaves a whole set and nothing else.
func built(t *testing.T, args []string, out string) {
	t.Helper()
	cmd, said := program(args...)
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %v\n%s", args, err, said)
	}
	if names := remains(t, out); len(names) > 0 {
		t.Errorf("a build leaves %v", names)
	}
	s, err := openSet(filepath.Join(out, "latest"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.root.Close()
	if err := s.fault(); err != nil {
		t.Error(err)
	}
}

// Builds are killed at random moments, half of them while they write, and a
// reader looks at latest all the time: what it takes for a run is one. The next
// build goes through and leaves nothing of those that were killed.
func TestKilled(t *testing.T) {
	n := times(t, "CRMREPORT_TEST_KILLS", 6)
	for how, flags := range map[string][]string{"symlinks": nil, "copies": {"--copies"}} {
		t.Run(how, func(t *testing.T) {
			data, out := twoWeeks(t), t.TempDir()
			start := time.Now()
			built(t, buildOf(data, out, 0, flags...), out)
			usual := time.Since(start)
			random := rand.New(rand.NewPCG(6, uint64(n)))
			r := readAll(out, flags != nil)
			var killed, writing int
			for i := range n {
				cmd, said := program(buildOf(data, out, i+1, flags...)...)
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				ended := make(chan error, 1)
				go func() { ended <- cmd.Wait() }()
				var err error
				after := time.Duration(random.Int64N(int64(usual) * 6 / 5))
				if i%2 == 0 {
					err = untilWriting(out, ended)
					after /= 4
				}
				if err == nil {
					time.Sleep(after)
					if len(staged(t, out)) > 0 {
						writing++
					}
					_ = cmd.Process.Kill() // where it has not ended
					err = <-ended
				}
				var exit *exec.ExitError
				switch {
				case errors.As(err, &exit) && exit.ExitCode() == -1:
					killed++
				case err != nil && !errors.Is(err, errEndedWell):
					t.Errorf("run %d: %v\n%s", i, err, said)
				}
				checkDisk(t, out, flags != nil)
				if i%10 == 9 || i == n-1 {
					built(t, buildOf(data, out, i+2, flags...), out)
					r.forget(t, 3)
				}
			}
			r.end()
			if killed < n/3 || r.whole == 0 {
				t.Errorf("of %d builds only %d were killed, and %d sets read: that shows nothing", n, killed, r.whole)
			}
			for i, err := range r.faults[:min(len(r.faults), 5)] {
				t.Errorf("%d of %d: a reader took for a run: %v", i+1, len(r.faults), err)
			}
			t.Logf("%s: %d builds, %d killed, %d of them with a folder half written; %d sets read whole, %d seen to be changing, %d torn or mixed",
				how, n, killed, writing, r.whole, r.changing, len(r.faults))
		})
	}
}

var errEndedWell = errors.New("the build ended first")

// untilWriting waits until a build writes, or has ended.
func untilWriting(out string, ended chan error) error {
	for {
		if left, _ := filepath.Glob(filepath.Join(out, "runs", ".tmp-*")); len(left) > 0 {
			return nil
		}
		select {
		case err := <-ended:
			if err == nil {
				err = errEndedWell
			}
			return err
		case <-time.After(time.Millisecond):
		}
	}
}

// checkDisk fails where what is on the disk after a kill is no whole run: with
// copies, there may be none at the moment, and then none is pretended.
func checkDisk(t *testing.T, out string, copies bool) {
	t.Helper()
	s, err := openSet(filepath.Join(out, "latest"))
	if copies && errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(filepath.Join(out, ".publishing")); err != nil {
			t.Errorf("latest has no manifest, and nothing says that it gets one: %v", err)
		}
		return
	}
	if err != nil {
		t.Error(err)
		return
	}
	defer s.root.Close()
	if err := s.fault(); err != nil {
		t.Error(err)
	}
}

// Two builds begin at once under the same folder: one publishes; the other does
// too where it came after, or ends with 75. Nothing is damaged.
func TestPairs(t *testing.T) {
	n := times(t, "CRMREPORT_TEST_PAIRS", 4)
	data, out := twoWeeks(t), t.TempDir()
	built(t, buildOf(data, out, 0), out)
	r := readAll(out, false)
	refused, published := 0, 0
	for i := range n {
		var cmds [2]*exec.Cmd
		var saids [2]*bytes.Buffer
		for j := range cmds {
			cmds[j], saids[j] = program(buildOf(data, out, 2*i+j+1)...)
			if err := cmds[j].Start(); err != nil {
				t.Fatal(err)
			}
		}
		won := 0
		for j, cmd := range cmds {
			err := cmd.Wait()
			var exit *exec.ExitError
			switch {
			case err == nil:
				won++
			case errors.As(err, &exit) && exit.ExitCode() == exitHeld && strings.Contains(saids[j].String(), "process "):
				refused++
			default:
				t.Errorf("pair %d: %v\n%s", i, err, saids[j])
			}
		}
		if won == 0 {
			t.Errorf("pair %d: none published", i)
		}
		published += won
		if names := remains(t, out); len(names) > 0 {
			t.Errorf("pair %d leaves %v", i, names)
		}
		checkDisk(t, out, false)
		r.forget(t, 3)
	}
	r.end()
	if refused == 0 {
		t.Errorf("of %d pairs none met: that shows nothing", n)
	}
	for _, err := range r.faults[:min(len(r.faults), 5)] {
		t.Error(err)
	}
	t.Logf("%d pairs: %d builds published, %d refused with %d; %d sets read whole, %d torn or mixed", n, published, refused, exitHeld, r.whole, len(r.faults))
}

// A build waits for the other where it is told to.
func TestLockWait(t *testing.T) {
	data, out := twoWeeks(t), t.TempDir()
	var cmds [3]*exec.Cmd
	var saids [3]*bytes.Buffer
	for i := range cmds {
		cmds[i], saids[i] = program(buildOf(data, out, i, "--lock-wait", "10m")...)
		if err := cmds[i].Start(); err != nil {
			t.Fatal(err)
		}
	}
	for i, cmd := range cmds {
		if err := cmd.Wait(); err != nil {
			t.Errorf("%v\n%s", err, saids[i])
		}
	}
	if runs, _ := filepath.Glob(filepath.Join(out, "runs", "*.r*")); len(runs) != 3 {
		t.Errorf("three builds of three days made %v", runs)
	}
}

// The flags of publishing, right and wrong.
func TestPublishingFlags(t *testing.T) {
	data := twoWeeks(t)
	for _, wrong := range [][]string{{"--mode", "0750"}, {"--mode", "0440"}, {"--mode", "rw"}, {"--mode", "01640"}, {"--mode", "-1"}, {"--mode", "0680"}, {"--lock-wait", "-1s"}, {"--lock-wait", "10"}} {
		out := filepath.Join(t.TempDir(), "out")
		if _, said := run(t, exitUsage, append(buildOf(data, out, 0), wrong...)...); !strings.Contains(said, wrong[0][2:]) {
			t.Errorf("%v: %s", wrong, said)
		}
		if _, err := os.Stat(out); err == nil {
			t.Errorf("%v made the folder", wrong)
		}
	}
	out := filepath.Join(t.TempDir(), "out")
	run(t, exitOK, buildOf(data, out, 0, "--mode", "0660")...)
	for name, want := range map[string]fs.FileMode{"": 0o770, "runs": 0o770, "latest/": 0o770, "latest/report.html": 0o660, ".lock": 0o600} {
		if info, err := os.Stat(filepath.Join(out, name)); err != nil || info.Mode().Perm() != want {
			t.Errorf("%q: %v %v, want %v", name, info.Mode(), err, want)
		}
	}
}
