package publish

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
)

const (
	manifestName = "manifest.json"
	journalName  = ".publishing" // names the run that is being shown
	temporary    = ".tmp-"       // begins what is nobody's once its run is dead
)

// journalled has show called with a journal that names the run in runs/<dir>.
// Who is killed there has finished that run's folder: the next one shows it.
func (f *Folder) journalled(dir string, show func() error) error {
	journal := filepath.Join(f.out, journalName)
	if err := writeState(journal, dir+"\n"); err != nil {
		return errors.Join(err, os.Remove(journal))
	}
	if err := show(); err != nil {
		return err // and the next one tries again
	}
	return os.Remove(journal)
}

// writeState writes a file for this program alone.
func writeState(path, text string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, stateMode)
	if err != nil {
		return err
	}
	_, err = io.WriteString(file, text)
	return errors.Join(err, file.Sync(), file.Close(), syncDir(filepath.Dir(path)))
}

// tidy finishes what a killed run was showing, and removes what it was writing.
// It needs the lock: without, it would take a living run for a dead one.
func (f *Folder) tidy() error {
	for _, dir := range []string{f.out, f.runs()} {
		if err := f.sweep(dir); err != nil {
			return fmt.Errorf("cannot remove what a killed run left: %w", err)
		}
	}
	journal := filepath.Join(f.out, journalName)
	b, err := os.ReadFile(journal)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	dir := strings.TrimSpace(string(b))
	if _, err := os.Stat(filepath.Join(f.runs(), dir, manifestName)); err == nil && nameOf(dir) != "" {
		if err := f.show(dir); err != nil {
			return fmt.Errorf("cannot finish publishing %s, which a killed run began: %w", dir, err)
		}
		f.Say("finished publishing " + filepath.Join(f.runs(), dir) + ", which a killed run began")
		return nil
	}
	return os.Remove(journal)
}

// sweep removes what is temporary in dir.
func (f *Folder) sweep(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), temporary) && !strings.HasPrefix(e.Name(), lockTemporary) {
			continue
		}
		path := filepath.Join(dir, e.Name())
		if err := os.RemoveAll(path); err != nil {
			return err
		}
		f.Say("removed what a killed run left: " + path)
	}
	return nil
}

// nameOf is the name of a run by its folder, 2025-W10 of 2025-W10.r2, or empty
// where that is no folder of a run.
func nameOf(dir string) string {
	name, n, ok := strings.Cut(dir, ".r")
	if !ok || n == "" || strings.Trim(n, "0123456789") != "" || name != filepath.Base(name) || name == "." {
		return ""
	}
	return name
}

// sight is where a run is seen, runs/<name> or latest, and what will be there.
type sight struct {
	at, new string
	names   []string // the files of new where it is a folder of copies; none: it is a symlink
}

// show makes runs/<name> and latest show the run in runs/<dir>.
func (f *Folder) show(dir string) error {
	s, err := f.newStage()
	if err != nil {
		return err
	}
	defer s.drop()
	sights, err := s.prepare(dir, filepath.Join(f.runs(), dir))
	if err != nil {
		return err
	}
	return s.alone(func() error { return f.journalled(dir, func() error { return f.reveal(sights) }) })
}

// newest is the last by name of the runs that are shown, or name where that is
// later.
func (f *Folder) newest(name string) string {
	entries, _ := os.ReadDir(f.runs())
	for _, e := range entries {
		if other := nameOf(e.Name()); other > name {
			if _, err := os.Stat(filepath.Join(f.runs(), other, manifestName)); err == nil {
				name = other
			}
		}
	}
	return name
}

// prepare makes what will show the run in runs/<dir>, whose files are in from:
// all that can fail for want of room. Where no symlink can be made it is a copy,
// and what is a copy stays one: no rename replaces it.
func (s *stage) prepare(dir, from string) (sights []sight, err error) {
	f := s.folder
	name := nameOf(dir)
	newest := f.newest(name)
	for _, l := range []struct{ at, to string }{
		{filepath.Join(f.runs(), name), dir},
		{f.latest(), filepath.Join("runs", newest)},
	} {
		if l.at == f.latest() && newest != name {
			// An older run built late: latest stays where it is.
			if _, err := os.Stat(filepath.Join(f.latest(), manifestName)); err == nil {
				continue
			}
			from = filepath.Join(f.runs(), newest)
		}
		v := sight{at: l.at, new: filepath.Join(s.dir, filepath.Base(l.at))}
		if !f.Copies && !isDir(l.at) {
			err := s.link(l.to, v.new)
			if err == nil {
				sights = append(sights, v)
				continue
			}
			if full(err) || errors.Is(err, errInterrupted) {
				return nil, err
			}
			f.Say(fmt.Sprintf("%s is published by copying, for no symlink can be made: %v; a reader should check the files against %s", l.at, err, manifestName))
		}
		if v.names, err = s.copyFiles(filepath.Base(l.at), from); err != nil {
			return nil, err
		}
		sights = append(sights, v)
	}
	return sights, nil
}

// reveal puts what was prepared in its place: symlinks by one rename each.
func (f *Folder) reveal(sights []sight) error {
	for _, v := range sights {
		err := error(nil)
		if v.names == nil {
			err = os.Rename(v.new, v.at)
		} else {
			err = f.replace(v)
		}
		if err := errors.Join(err, syncDir(filepath.Dir(v.at))); err != nil {
			return err
		}
	}
	return nil
}

func isDir(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.IsDir()
}

// syncDirs waits until the names in dir and in the folders below are on the disk.
func syncDirs(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		return syncDir(path)
	})
}

// syncDir waits until the names in dir are on the disk.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // which keeps its folders by itself, and opens none for this
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EINVAL) {
		err = nil // not a thing of this file system
	}
	return errors.Join(err, d.Close())
}
