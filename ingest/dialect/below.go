package dialect

import "slices"

// Tables is what is done with a second table below the first.
type Tables uint8

// What may be stated of tables.
const (
	TablesOne Tables = iota // a file is one table: another header in it is one again, or a row like others
	// TablesFirst: a second header ends the table. It has at least half of the
	// header's names, and no fewer than two; what lies below it is no data.
	TablesFirst
)

// tablesNames are the names of Tables in a configuration.
var tablesNames = []string{TablesOne: "one", TablesFirst: "first"}

// TablesNames returns the names that ParseTables knows.
func TablesNames() []string { return slices.Clone(tablesNames) }

// ParseTables reads the name of what is done with further tables.
func ParseTables(name string) (Tables, bool) {
	i := slices.Index(tablesNames, name)
	return Tables(max(i, 0)), i >= 0
}

// below makes the record at hand no data where it belongs to a second table.
func (f *File) below() {
	if f.Facts.Below == 0 && (f.Class == RepeatedHeader || f.Class == Data && f.namesColumns(f.Record)) {
		f.Facts.Below = f.Line
	}
	if f.Facts.Below > 0 && f.Class == Data {
		f.Class, f.Shape = Footer, Whole
	}
}

// namesColumns reports whether a record is a header much like this file's.
func (f *File) namesColumns(record []string) bool {
	names := map[string]bool{}
	for _, title := range f.Titles {
		if folded := Fold(title); folded != "" {
			names[folded] = true
		}
	}
	all, found := len(names), 0
	for _, c := range record {
		if folded := Fold(c); names[folded] {
			found++
			delete(names, folded)
		}
	}
	return found >= 2 && 2*found >= all
}
