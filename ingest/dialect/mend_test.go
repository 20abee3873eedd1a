package dialect

import (
	"fmt"
	"strings"
	"testing"
)

// One damage, with sixty whole rows beside it: the cells, or that nobody knows.
func TestMend(t *testing.T) {
	const refused = "refused"
	whole := ""
	for i := range 60 { // names of many forms
		name := []string{"Acme", "Beta AG", `"Nord, Süd"`, "Holdings"}[i%4]
		if i%4 != 2 {
			name += []string{"", " Foods", " Steel Works", " Ltd.", " Co"}[i%5] + []string{"", " Berlin", " of the North"}[i%3]
		}
		whole += fmt.Sprintf("AB-%04d,%02d:%02d,%d,%s,2025-03-%02d\n", 1000+7*i, i%24, i%60, i%9, name, 1+i%28)
	}
	for _, c := range []struct{ row, want string }{
		{"AB-2000,12:30,4,Acme Foods,2025-03-09", "AB-2000|12:30|4|Acme Foods|2025-03-09"},
		{"AB-200012:30,4,Acme Foods,2025-03-09", "AB-2000|12:30|4|Acme Foods|2025-03-09"},   // lost between an id and a time
		{"AB-2000,12:304,Acme Foods,2025-03-09", "AB-2000|12:30|4|Acme Foods|2025-03-09"},   // … a time and a number
		{"AB-2000,12:30,4Acme Foods,2025-03-09", "AB-2000|12:30|4|Acme Foods|2025-03-09"},   // … a number and a name
		{"AB-2000,12:30,4,Acme Foods2025-03-09", refused},                                   // … a name and a date: the name may be so, and the row cut off
		{`AB-2000,12:30,4,"Nord, Süd"2025-03-09`, "AB-2000|12:30|4|Nord, Süd|2025-03-09"},   // … behind a quote
		{",AB-2000,12:30,4,Acme Foods,2025-03-09", "AB-2000|12:30|4|Acme Foods|2025-03-09"}, // one too many, in front
		{"AB-2000,12:30,,4,Acme Foods,2025-03-09", "AB-2000|12:30|4|Acme Foods|2025-03-09"},
		{"AB-2000,12:30,4,Acme Foods,2025-03-09,", "AB-2000|12:30|4|Acme Foods|2025-03-09"},
		{"AB-2000,12:30,4,Acme, Foods,2025-03-09", "AB-2000|12:30|4|Acme, Foods|2025-03-09"}, // not quoted
		{`AB-2000 12:30 4 "Nord, Süd" 2025-03-09`, "AB-2000|12:30|4|Nord, Süd|2025-03-09"},
		{"AB-2000;12:30;4;Acme Foods;2025-03-09", "AB-2000|12:30|4|Acme Foods|2025-03-09"},
		{"AB-200012:304,Acme Foods,2025-03-09", refused}, // two are lost
		{"AB-2000,12:30,4,x,y,z,2025-03-09,7", refused},
		{"AB-2000,12:30,4", refused},                        // cut off
		{"AB-2000,12:30,4,Acme Foods", refused},             // … or a blank left out
		{"AB-2000,1,2:30,4,Acme Foods,2025-03-09", refused}, // a delimiter within a cell that has none
	} {
		f, err := openText("f", []byte("id,time,n,name,day\n"+c.row+"\n"+whole), Spec{Rows: RowsRepair, Delimiter: ',', HeaderLine: 1, HeaderRows: 1, Quotes: Doubled})
		if err != nil {
			t.Fatal(err)
		}
		err = f.Next()
		got := refused
		if err == nil && f.Shape == Whole {
			got = strings.Join(f.Record, "|")
		}
		if got != c.want {
			t.Errorf("%s is read as %s (%s), want %s", c.row, got, f.Mended, c.want)
		}
		f.Close()
	}
}

// With fewer than twenty whole rows nothing is learnt, and nothing mended.
func TestMendNeedsRows(t *testing.T) {
	for n, want := range map[int]int{19: 0, 20: 1} {
		text := "id,day\n"
		for i := range n {
			text += fmt.Sprintf("v%d,2025-03-%02d\n", 100+i, 1+i)
		}
		x := readTable("f", []byte(text+"v1442025-03-07\n"), Spec{Rows: RowsRepair, Delimiter: ','})
		if x.err != nil || x.facts.Mended != want {
			t.Errorf("%d whole rows: %d mended, %v", n, x.facts.Mended, x.err)
		}
	}
}
