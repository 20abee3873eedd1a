package settle

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"
)

func (w Watch) of(names ...string) Watch {
	w.Files = func() []string { return names }
	return w
}

// A file is quiet once its size and time have been the same for so long; by a
// clock of the test's own.
func TestWait(t *testing.T) {
	start := time.Date(2025, 3, 10, 6, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		grows time.Duration // how long
		touch bool          // only its time changes
		done  bool          // there is a marker
		quiet time.Duration
		after time.Duration // when Wait returns
		held  bool
	}{
		"asked for nothing":      {time.Hour, false, false, 0, 0, false},
		"a quiet file":           {0, false, false, 30 * time.Second, 30 * time.Second, false},
		"one that grows a while": {60 * time.Second, false, false, 30 * time.Second, 90 * time.Second, false},
		"one that is rewritten":  {60 * time.Second, true, false, 30 * time.Second, 90 * time.Second, false},
		"one that never ends":    {time.Hour, false, false, 30 * time.Second, 300 * time.Second, true},
		"with its marker":        {time.Hour, false, true, 30 * time.Second, 0, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			data := clocked{func() fstest.MapFS {
				at := min(time.Since(began), c.grows)
				f := &fstest.MapFile{ModTime: start.Add(at), Data: []byte("x")}
				if !c.touch {
					f.ModTime, f.Data = start, make([]byte, 1+int(at/time.Second))
				}
				m := fstest.MapFS{"v.csv": f}
				if c.done {
					m["v.csv.done"] = &fstest.MapFile{}
				}
				return m
			}}
			err := Watch{Data: data, Done: ".done", Quiet: c.quiet}.of("v.csv", "gone.csv").Wait()
			var g *Growing
			if errors.As(err, &g) != c.held || c.held && !slices.Equal(g.Files, []string{"v.csv"}) {
				t.Errorf("%s: %v", name, err)
			}
			// It is looked at ten times in 30 s: what is seen may be a look late.
			if took := time.Since(began); took < c.after || took > c.after+c.quiet/5 {
				t.Errorf("%s: returned after %v, want %v", name, took, c.after)
			}
		})
	}
}

// clocked is a folder that is what it is at the time.
type clocked struct{ at func() fstest.MapFS }

func (c clocked) Open(name string) (fs.File, error) { return c.at().Open(name) }

// A file that comes while one waits is waited for too.
func TestAFileThatComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		data := fstest.MapFS{"a.csv": {Data: []byte("x")}, "b.csv": {Data: []byte("x")}}
		w := Watch{Data: data, Quiet: 10 * time.Second, Files: func() []string {
			if time.Since(began) < 6*time.Second {
				return []string{"a.csv"}
			}
			return []string{"a.csv", "b.csv"}
		}}
		if err := w.Wait(); err != nil || time.Since(began) < 16*time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}

// With real files, whose size and time are the system's.
func TestOnDisk(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "v.csv"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := (Watch{Data: os.DirFS(dir), Quiet: 20 * time.Millisecond}).of("v.csv").Wait(); err != nil {
		t.Error(err)
	}
}
