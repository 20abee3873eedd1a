package trace

import (
	"fmt"
	"strings"
	"testing"

	"crmreport/ingest/crm"
)

// book has one visit a letter: a row of the rep it names, on lines 2, 3 ….
func book(reps string) *crm.Book {
	b := &crm.Book{Reps: &crm.Names[crm.RepNo]{}, Customers: &crm.Names[crm.CustomerNo]{}}
	for i, r := range reps {
		b.Visits = append(b.Visits, crm.Visit{Pos: crm.Pos{Line: int32(i + 2)}, Rep: b.Reps.Number(string(r))})
	}
	return b
}

func lines(rows []crm.RowRef) string {
	var out []string
	for _, r := range rows {
		out = append(out, fmt.Sprint(r.Line))
	}
	return strings.Join(out, " ")
}

// How many reps have visited: of several rows of one rep the first is enough.
func distinct(b *crm.Book) int {
	seen := map[crm.RepNo]bool{}
	for _, v := range b.Visits {
		seen[v.Rep] = true
	}
	return len(seen)
}

func TestRows(t *testing.T) {
	none := func(*crm.Book) int { return 7 }
	count := func(b *crm.Book) int { return len(b.Visits) }
	pairs := func(b *crm.Book) int { return len(b.Visits) / 2 }
	long := strings.Repeat("a", 100) + "b" + strings.Repeat("a", 100)
	for _, c := range []struct {
		name   string
		groups []string
		whole  bool
		number func(*crm.Book) int
		want   string
	}{
		{"no rows", nil, false, count, ""},
		{"a number that rests on nothing", []string{"abc"}, false, none, ""},
		{"every row", []string{"abc"}, false, count, "2 3 4"},
		{"the first of what says the same", []string{"aabab"}, false, distinct, "2 4"},
		{"an odd one can be spared", []string{"abcde"}, false, pairs, "2 3 4 5"},
		{"one too few makes no difference", []string{"a"}, false, pairs, ""},
		{"rows that hang together", []string{"aabab"}, true, distinct, "2 3 4 5 6"},
		{"groups on their own, their rows in order", []string{"ab", "aab"}, false, distinct, "2 3 4"},
		{"a large group", []string{long}, false, distinct, "2 102"},
	} {
		var groups []*crm.Book
		for _, g := range c.groups {
			groups = append(groups, book(g))
		}
		if got := lines(Rows(groups, c.whole, c.number)); got != c.want {
			t.Errorf("%s: lines %s, want %s", c.name, got, c.want)
		}
	}
}

// What is left gives the number, and no row of it can be spared.
func TestRowsAreASmallestSet(t *testing.T) {
	for seed := range 200 {
		text := ""
		for i := range 1 + seed*7%150 {
			text += string(rune('a' + (i*i*31+seed*17)%11))
		}
		b := book(text)
		in := map[crm.Pos]bool{}
		for _, r := range Rows([]*crm.Book{b}, false, distinct) {
			in[r.Pos] = true
		}
		if got := distinct(b.Part(func(p crm.Pos) bool { return in[p] })); got != distinct(b) {
			t.Fatalf("seed %d: the rows alone give %d, not %d", seed, got, distinct(b))
		}
		for gone := range in {
			if distinct(b.Part(func(p crm.Pos) bool { return in[p] && p != gone })) == distinct(b) {
				t.Fatalf("seed %d: line %d can be spared", seed, gone.Line)
			}
		}
	}
}

// The sides of a number: how many reps have visited, and how often the first of
// them did. What counts for both together is listed, and nothing else.
func TestSides(t *testing.T) {
	both := func(b *crm.Book) (int, int) {
		n := 0
		for _, v := range b.Visits {
			if v.Rep == b.Visits[0].Rep {
				n++
			}
		}
		return distinct(b), n
	}
	for _, c := range []struct{ rows, first, second string }{
		{"", "", ""},
		{"a", "2", "2"},
		{"aab", "2 4", "2 3"},
		{"abab", "2 3", "2 4"},    // the second b says what the first said
		{"aabbc", "2 4 6", "2 3"}, // c too is a rep
	} {
		first, second := Sides([]*crm.Book{book(c.rows)}, false, both)
		if lines(first) != c.first || lines(second) != c.second {
			t.Errorf("%s: lines %s and %s, want %s and %s", c.rows, lines(first), lines(second), c.first, c.second)
		}
	}
}
