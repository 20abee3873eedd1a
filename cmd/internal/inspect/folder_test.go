package inspect

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// tree makes a folder of files; a name that ends in / is a folder, one with -> a
// link.
func tree(t *testing.T, names ...string) fs.FS {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		name, to, link := strings.Cut(name, "->")
		at := filepath.Join(dir, name)
		err := os.MkdirAll(filepath.Dir(at), 0o700)
		switch {
		case err != nil:
		case link:
			err = os.Symlink(to, at)
		case strings.HasSuffix(name, "/"):
			err = os.MkdirAll(at, 0o700)
		default:
			err = os.WriteFile(at, nil, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return os.DirFS(dir)
}

func TestWalk(t *testing.T) {
	for _, c := range []struct {
		name, files, want, said string
	}{
		{"nothing", "", "", ""},
		{"one file", "a.csv", "a.csv", ""},
		{"the top first, then by path", "b/x.csv a.csv b.csv a/z.csv a/y/x.csv", "a.csv b.csv a/z.csv b/x.csv a/y/x.csv", ""},
		{"what may be an export", "a.CSV b.tsv c.txt d.tab e.csv.gz f.xlsx g.xls h.pdf i.csv.zip j k/ m.csv/", "a.CSV b.tsv c.txt d.tab e.csv.gz f.xlsx g.xls", ""},
		{"hidden", ".git/a.csv a.csv b/.x/c.csv b/.DS_Store b/._d.csv", "a.csv", "not looked at: 4 hidden (.git, b/.DS_Store, b/._d.csv, b/.x)"},
		{"many hidden", ".a .b .c .d .e .f .g", "", "not looked at: 7 hidden (.a, .b, .c, .d, .e and 2 more)"},
		{"loops", "a/x.csv a/up->.. a/self->. b->a", "a/x.csv", "not looked at: 3 links to folders (a/self, a/up, b)"},
		{"links to files", "a/x.csv b.csv->a/x.csv c.csv->none.csv d->a/x.csv", "b.csv c.csv a/x.csv", ""},
	} {
		f, err := Walk(tree(t, strings.Fields(c.files)...))
		if err != nil {
			t.Fatal(err)
		}
		said := f.Said()
		if got := strings.Join(f.Names, " "); got != c.want || strings.Join(said, "|") != c.said {
			t.Errorf("%s: %s, said %q\nwant %s, %q", c.name, got, said, c.want, c.said)
		}
	}
	if _, err := Walk(os.DirFS(filepath.Join(t.TempDir(), "none"))); err == nil {
		t.Error("a folder that is not there is no error")
	}
}

// A folder that is too big is not looked through to its end, and it is said.
func TestWalkIsBounded(t *testing.T) {
	big := func(n int, name string) *Folder {
		fsys := fstest.MapFS{}
		for i := range n {
			fsys[fmt.Sprintf("d%03d/"+name, i/100, i%100)] = &fstest.MapFile{}
		}
		f, err := Walk(fsys)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	if f := big(mostFiles, "f%02d.csv"); len(f.Names) != mostFiles || f.Cut {
		t.Errorf("%d files, cut %v", len(f.Names), f.Cut)
	}
	f := big(mostFiles+1, "f%02d.csv")
	if said := f.Said(); len(f.Names) != mostFiles || !f.Cut || len(said) != 1 || !strings.HasPrefix(said[0], "NOT ALL WAS LOOKED AT: the folder holds more than 200 files") {
		t.Errorf("%d files, cut %v: %q", len(f.Names), f.Cut, said)
	}
	if f := big(mostEntries, "f%02d.pdf"); len(f.Names) != 0 || !f.Cut {
		t.Errorf("%d files, cut %v", len(f.Names), f.Cut)
	}
}

// Files become a pattern where it means them and no other.
func TestPatterns(t *testing.T) {
	for _, c := range []struct {
		name, files, others, want string // files of the source, others of the folder
	}{
		{"one", "a.csv", "", "a.csv"},
		{"two without a word in common", "jan.csv,feb.csv", "", "*.csv"},
		{"two of the root", "visits_1.csv,visits_2.csv", "deals.csv", "visits*.csv"},
		{"digits belong to the rest", "visits-2025-01.csv,visits-2025-02.csv", "", "visits*.csv"},
		{"the word behind", "2025-01 visits.csv,2025-02 visits.csv", "2025-01 deals.csv", "*visits.csv"},
		{"a folder a table", "visits/01.csv,visits/02.csv", "deals/01.csv,deals/02.csv", "visits/*.csv"},
		{"a folder a month", "2025-01/visits.csv,2025-02/visits.csv", "2025-01/deals.csv", "*/visits.csv"},
		{"a folder a month, in a folder", "x/m01/visits.csv,x/m02/visits.csv", "y/m01/visits.txt", "x/m*/visits.csv"},
		{"several of a month", "01/v1.csv,01/v2.csv,02/v1.csv,02/v2.csv", "01/d1.csv", "*/v*.csv"},
		{"several of one month only", "01/v1.csv,01/v2.csv,02/w.csv", "", "01/v*.csv,02/w.csv"},
		{"another file would match", "visits_1.csv,visits_2.csv", "visits_old.csv", "visits_1.csv,visits_2.csv"},
		{"another folder would match", "01/visits.csv,02/visits.csv", "03/visits.csv", "01/visits.csv,02/visits.csv"},
		{"a hidden file would match", "a/x.csv,a/y.csv", "a/._x.csv", "a/x.csv,a/y.csv"},
		{"packed or not", "v1.csv,v2.csv.gz,v3.csv.gz", "", "v1.csv,v*.csv.gz"},
		{"root and folder", "visits.csv,old/visits.csv", "", "visits.csv,old/visits.csv"},
		{"a word within a word", "a.csv,aa.csv", "", "a*.csv"},
		{"signs of patterns", "d[1].csv,d[2].csv,e*.csv", "d1.csv", `d\[1].csv,d\[2].csv,e\*.csv`},
		{"half a letter in common", "企.csv,伀.csv", "b.csv", "企.csv,伀.csv"},
		{"half a letter in common, alone", "企.csv,伀.csv", "", "*.csv"},
	} {
		names := func(s string) []string { return strings.FieldsFunc(s, func(r rune) bool { return r == ',' }) }
		files := names(c.files)
		folder, err := Walk(tree(t, append(slices.Clone(files), names(c.others)...)...))
		if err != nil {
			t.Fatal(err)
		}
		got := patterns(folder, files)
		slices.Sort(files)
		if strings.Join(got, ",") != c.want || !slices.Equal(matched(folder.FS, got...), files) {
			t.Errorf("%s: %q for %q, want %s", c.name, got, matched(folder.FS, got...), c.want)
		}
	}
	if got := patterns(nil, []string{"a1.csv", "a2.csv", "b[1].csv"}); strings.Join(got, " ") != `a1.csv a2.csv b\[1].csv` {
		t.Errorf("named one by one: %q", got)
	}
}
