package inspect

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// A folder is looked through until so many files are found that may be exports,
// and so many names were seen: whoever points at a home folder hears of it soon.
const (
	mostFiles   = 200
	mostEntries = 20_000
)

// Folder is what lies below a folder.
type Folder struct {
	FS    fs.FS
	Names []string // files that may be exports: those nearer the top first, then by path
	Left  []Left   // what was not looked at
	Cut   bool     // there is more than was looked at
}

// Left is what was not looked at for one reason.
type Left struct {
	Why   string
	Names []string
}

// errCut ends the walk through a folder that is too big.
var errCut = fs.SkipAll

// Walk finds the files below a folder that may be exports, in folders of it
// too. Hidden ones are left out, and links to folders are not followed: they
// may lead back. The error is of reading the folder itself.
func Walk(fsys fs.FS) (*Folder, error) {
	f := &Folder{FS: fsys}
	seen := 0
	err := fs.WalkDir(fsys, ".", func(name string, e fs.DirEntry, err error) error {
		seen++
		switch {
		case err != nil && name == ".":
			return err
		case err != nil:
			f.leave("cannot be read", name)
			return fs.SkipDir
		case seen > mostEntries:
			f.Cut = true
			return errCut
		case name != "." && strings.HasPrefix(e.Name(), "."):
			f.leave("hidden", name)
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		case e.IsDir():
			return nil
		}
		return f.file(name, e)
	})
	slices.SortFunc(f.Names, func(a, b string) int {
		return cmp.Or(cmp.Compare(strings.Count(a, "/"), strings.Count(b, "/")), cmp.Compare(a, b))
	})
	return f, err
}

// file takes a file in, or what stands where one might be.
func (f *Folder) file(name string, e fs.DirEntry) error {
	mode := e.Type()
	if mode&fs.ModeSymlink != 0 {
		if info, err := fs.Stat(f.FS, name); err == nil {
			mode = info.Mode().Type()
		} else {
			mode = 0 // reading says what is wrong with it
		}
		if mode.IsDir() {
			f.leave("links to folders", name)
			return nil
		}
	}
	if !mayBeExport(name) {
		return nil
	}
	if !mode.IsRegular() {
		f.leave("no files", name)
		return nil
	}
	if len(f.Names) == mostFiles {
		f.Cut = true
		return errCut
	}
	f.Names = append(f.Names, name)
	return nil
}

func (f *Folder) leave(why, name string) {
	i := slices.IndexFunc(f.Left, func(l Left) bool { return l.Why == why })
	if i < 0 {
		i, f.Left = len(f.Left), append(f.Left, Left{Why: why})
	}
	f.Left[i].Names = append(f.Left[i].Names, name)
}

// Said are sentences on what was not looked at.
func (f *Folder) Said() []string {
	if f == nil {
		return nil
	}
	var out []string
	for _, l := range f.Left {
		names := strings.Join(first(l.Names, 5), ", ")
		if n := len(l.Names) - 5; n > 0 {
			names += fmt.Sprintf(" and %d more", n)
		}
		out = append(out, fmt.Sprintf("not looked at: %d %s (%s)", len(l.Names), l.Why, names))
	}
	if f.Cut {
		out = append(out, fmt.Sprintf("NOT ALL WAS LOOKED AT: the folder holds more than %d files that may be exports, or %d names; inspect the folders in it one at a time", mostFiles, mostEntries))
	}
	return out
}

// mayBeExport goes by the name alone.
func mayBeExport(name string) bool {
	switch path.Ext(strings.TrimSuffix(strings.ToLower(name), ".gz")) {
	case ".csv", ".tsv", ".txt", ".tab", ".xlsx", ".xls":
		return true
	}
	return false
}
