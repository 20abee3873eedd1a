package dialect

import (
	"fmt"
	"testing"
)

// What is read of a file with more than one table, as it is and with tables:
// first: the data, the line of the second header, what is counted as no data.
func TestTablesFirst(t *testing.T) {
	for _, c := range []struct {
		name, text string
		one, first string // data rows, second header, repeated headers, footers, blanks
	}{
		{"one table", "a,b,c\n1,2,3\n4,5,6\n", "2 0 0 0 0", "2 0 0 0 0"},
		{"the same again", "a,b,c\n1,2,3\na,b,c\n4,5,6\n", "2 0 1 0 0", "1 3 1 1 0"},
		{"fewer columns", "a,b,c\n1,2,3\n\na,b\n4,5\n6,7\n", "4 0 0 0 1", "1 4 0 3 1"},
		{"more columns", "a,b,c\n1,2,3\na,b,c,d\n4,5,6,7\n", "3 0 0 0 0", "1 3 0 2 0"},
		{"other order and spelling", "Deal ID,Amount,Stage\n1,2,3\nstage,DEAL ID\nx,1\n", "3 0 0 0 0", "1 3 0 2 0"},
		{"one name alone is a value", "a,b,c\n1,2,3\na,5,6\n", "2 0 0 0 0", "2 0 0 0 0"},
		{"fewer than half", "a,b,c,d,e\n1,2,3,4,5\na,b,6,7,8\n", "2 0 0 0 0", "2 0 0 0 0"},
	} {
		for want, tables := range map[string]Tables{c.one: TablesOne, c.first: TablesFirst} {
			if c.one == c.first {
				tables = TablesFirst
			}
			x := readTable("f", []byte(c.text), Spec{Tables: tables, Delimiter: ',', HeaderLine: 1, HeaderRows: 1})
			if x.err != nil {
				t.Fatalf("%s: %v", c.name, x.err)
			}
			got := fmt.Sprint(len(x.rows), x.facts.Below, x.file.Count(RepeatedHeader), x.file.Count(Footer), x.file.Count(Blank))
			if got != want {
				t.Errorf("%s, tables: %s: %s, want %s", c.name, tablesNames[tables], got, want)
			}
		}
	}
}
