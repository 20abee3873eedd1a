package cli

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"crmreport/cmd/internal/history"
)

// killWhenShown starts a build and kills it as soon as runs/<week> shows its run.
// It says whether the build had not ended by itself.
func killWhenShown(t *testing.T, link string, args []string) (killed bool) {
	t.Helper()
	was, _ := os.Readlink(link)
	cmd, said := program(args...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case err := <-ended:
			if err != nil {
				t.Fatalf("%v\n%s", err, said)
			}
			return false
		default:
		}
		if is, err := os.Readlink(link); err == nil && is != was {
			_ = cmd.Process.Kill() // where it has not ended
			var exit *exec.ExitError
			return errors.As(<-ended, &exit) && exit.ExitCode() == -1
		}
		runtime.Gosched()
	}
}

// A build that is killed after its run is shown and before history/, index.html
// and the pipeline of the week are written leaves a whole run and the whole
// history of before. The same build again publishes nothing, and writes what is
// missing: the same bytes as a build that nobody killed.
func TestKilledBeforeHistory(t *testing.T) {
	want, tries := times(t, "CRMREPORT_TEST_KILLS", 6)/2, 0
	data, out := twoWeeks(t), t.TempDir()
	const week = "2025-W10"
	link, pipeline := filepath.Join(out, "runs", week), filepath.Join(out, "snapshots", week+".csv.gz")
	args := []string{"build", "--data", data, "--out", out, "--as-of", "2025-03-09"}
	write(t, data, map[string]string{"deals.csv": keptDeals})
	built(t, args, out)
	recorded := func() string {
		t.Helper()
		kept, err := history.Load(out)
		if err != nil || len(kept) != 1 {
			t.Fatalf("%d weeks are kept: %v", len(kept), err)
		}
		return kept[0].Run
	}
	var before, lost int // the kills that came before history/, and before the pipeline too
	for before < want && tries < 30*want {
		tries++
		write(t, data, map[string]string{"visits.csv": weeksVisits + weekTwo + fmt.Sprintf("V%d,R1,C%d,2025-03-06T09:00,KP,Y,none\n", 100+tries, 100+tries)})
		if err := os.Remove(pipeline); err != nil {
			t.Fatal(err)
		}
		killed := killWhenShown(t, link, args)
		shown, err := os.Readlink(link)
		if err != nil {
			t.Fatal(err)
		}
		checkDisk(t, out, false)
		if killed && recorded() != shown {
			before++
			if _, err := os.Stat(pipeline); err != nil {
				lost++
			}
		}
		built(t, args, out)
		if is, _ := os.Readlink(link); is != shown || recorded() != shown {
			t.Errorf("try %d: the run is %s and was %s, history/ has %s", tries, is, shown, recorded())
		}
		if index := read(t, out, "index.html"); !strings.Contains(index, fmt.Sprintf("revision %d", tries+1)) {
			t.Errorf("try %d: index.html has no revision %d", tries, tries+1)
		}
		read(t, pipeline)
		whole := touched(t, out)
		if said, _ := run(t, exitOK, args...); !strings.HasPrefix(said, "Nothing to do: ") || touched(t, out) != whole {
			t.Errorf("try %d: the next one says\n%s", tries, said)
		}
	}
	if before < want {
		t.Errorf("of %d builds only %d were killed before history/ was written, want %d", tries, before, want)
	}
	t.Logf("%d builds, %d killed after the run was shown and before history/, %d of them before the pipeline too", tries, before, lost)
	now := read(t, out, "history", week+".json") + read(t, out, "index.html")
	if err := errors.Join(os.RemoveAll(filepath.Join(out, "history")), os.Remove(filepath.Join(out, "index.html"))); err != nil {
		t.Fatal(err)
	}
	run(t, exitOK, args...)
	if read(t, out, "history", week+".json")+read(t, out, "index.html") != now {
		t.Error("written piece by piece they are other than written at once")
	}
}
