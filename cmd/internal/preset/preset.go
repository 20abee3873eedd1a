// Package preset knows the exports of CRMs and ledgers by their headers. The
// knowledge is data: presets/*.yaml, one file a vendor, embedded. The package
// matches a header against it and says how well; it opens no file and decides
// nothing for build, which reads only what a configuration states.
package preset

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"sort"
	"strings"

	"crmreport/cmd/internal/config"
	"crmreport/ingest"
)

//go:embed presets/*.yaml words.yaml
var files embed.FS

// Vendor is one file of presets: the exports of one program.
type Vendor struct {
	ID      string   `yaml:"-"`       // the file's name without .yaml
	Vendor  string   `yaml:"vendor"`  // as people call it
	Export  string   `yaml:"export"`  // which of its exports, in a few words
	Source  string   `yaml:"source"`  // what the headers were taken from
	Lacks   string   `yaml:"lacks"`   // what the vendor does not export
	Zone    string   `yaml:"zone"`    // of stamps without an offset; "" = unknown
	IDs     string   `yaml:"ids"`     // Source.IDs
	Dates   []string `yaml:"dates"`   // layouts the vendor writes, where they are fixed
	Footers []string `yaml:"footers"` // how lines below the data begin
	Objects []Object `yaml:"objects"`
}

// Object is one kind of file that a vendor exports.
type Object struct {
	Vendor   *Vendor  `yaml:"-"`
	Name     string   `yaml:"name"`
	Verified string   `yaml:"verified"` // on which real file, or that it is from documentation only
	Feeds    []string `yaml:"feeds"`    // metric families
	Must     []string `yaml:"must"`     // headers without which it is something else; "A | B" is either
	Not      []string `yaml:"not"`      // headers that make it something else
	Marks    []string `yaml:"marks"`    // further headers that tell it from others
	Note     string   `yaml:"note"`     // what a reader of the numbers must know
	Tables   []Feed   `yaml:"tables"`   // none: it feeds nothing, Note says why

	wants []want // what matching looks for
	not   []alias
}

// Feed is one of our tables out of an object.
type Feed struct {
	Table     string                         `yaml:"table"`
	Columns   map[string][]string            `yaml:"columns"` // our field → their headers, the best first
	Constants map[string]string              `yaml:"constants"`
	Words     map[string]map[string][]string `yaml:"words"` // our field → our word → theirs
	When      []When                         `yaml:"when"`
	Order     []string                       `yaml:"order"`   // open stages as the vendor ships them, first to last
	Outcome   Outcome                        `yaml:"outcome"` // what tells won from lost beside the stage
	Instead   bool                           `yaml:"instead"` // only where no other file feeds the table
	AmountPer string                         `yaml:"amount_per"`
	End       string                         `yaml:"end"`
	Unit      string                         `yaml:"unit"`     // of amounts, as under Source.Units; "" = as written
	Comments  map[string]string              `yaml:"comments"` // our field → a sentence about its column
}

// When is a condition on rows. It holds for rows whose column is one of In;
// without In, for rows where it is not blank; or, by Stage, for rows whose stage
// is one of ours, such as won.
type When struct {
	Column   []string `yaml:"column"`
	In       []string `yaml:"in"`
	Stage    string   `yaml:"stage"`
	Optional bool     `yaml:"optional"` // a file without the column holds only rows that meet it
}

// Outcome names the columns that say how a deal ended.
type Outcome struct {
	Won    []string `yaml:"won"`    // a yes/no column
	Closed []string `yaml:"closed"` // a yes/no column
	Status []string `yaml:"status"` // a column of words: open, won, lost
}

// All returns every vendor by the name of its file. A fault of a preset is a bug
// of ours: the tests load them all.
func All() ([]*Vendor, error) {
	names, err := fs.Glob(files, "presets/*.yaml")
	if err != nil {
		return nil, err
	}
	sort.Strings(names)
	var out []*Vendor
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		v := &Vendor{ID: strings.TrimSuffix(strings.TrimPrefix(name, "presets/"), ".yaml")}
		if err := config.Decode(name, text, v); err != nil {
			return nil, err
		}
		for i := range v.Objects {
			v.Objects[i].Vendor = v
			v.Objects[i].prepare()
		}
		if err := v.check(); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out = append(out, v)
	}
	return out, nil
}

// ID names an object for people and for ties: vendor file/object.
func (o *Object) ID() string {
	if o.Vendor == nil {
		return o.Name
	}
	return o.Vendor.ID + "/" + o.Name
}

// check holds a preset against the tables: a field that no table has would
// never be filled, and nobody would see it.
func (v *Vendor) check() error {
	seen := map[string]bool{}
	for _, o := range v.Objects {
		if o.Name == "" || seen[o.Name] {
			return fmt.Errorf("object %q: a name of its own is needed", o.Name)
		}
		seen[o.Name] = true
		if len(o.Must) == 0 {
			return fmt.Errorf("object %s: must is empty, so every file would match", o.Name)
		}
		if o.Verified == "" {
			return fmt.Errorf("object %s: verified does not say on which file, or that it is from documentation only", o.Name)
		}
		if len(o.Tables) == 0 && o.Note == "" {
			return fmt.Errorf("object %s feeds nothing and does not say why", o.Name)
		}
		for _, f := range o.Tables {
			if err := f.check(); err != nil {
				return fmt.Errorf("object %s: %w", o.Name, err)
			}
		}
	}
	return nil
}

func (f *Feed) check() error {
	spec, ok := Table(f.Table)
	if !ok {
		return fmt.Errorf("there is no table %q", f.Table)
	}
	for _, fields := range [][]string{keys(f.Columns), keys(f.Constants), keys(f.Words), keys(f.Comments)} {
		for _, name := range fields {
			if !slices.Contains(spec.Columns, name) && !(f.Table == "stage_history" && strings.HasPrefix(name, Entered)) {
				return fmt.Errorf("table %s has no column %q%s", f.Table, name, ingest.Nearest(name, spec.Columns))
			}
		}
	}
	return nil
}

// Entered starts the field of a wide stage history: a column a stage.
const Entered = "entered:"

// Table returns the schema of one of our tables.
func Table(name string) (ingest.TableSpec, bool) {
	for _, t := range ingest.Tables() {
		if t.Name == name {
			return t, true
		}
	}
	return ingest.TableSpec{}, false
}

func keys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
