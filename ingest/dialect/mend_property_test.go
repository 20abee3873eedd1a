package dialect

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// columns of an export, by what their cells are like.
var columnKinds = map[string]func(*rand.Rand) string{
	"id": func(r *rand.Rand) string {
		return fmt.Sprintf("%c%c-%04d", 'A'+r.IntN(26), 'A'+r.IntN(26), r.IntN(10000))
	},
	"rep":    func(r *rand.Rand) string { return fmt.Sprintf("r%d", 1+r.IntN(200)) },
	"date":   func(r *rand.Rand) string { return fmt.Sprintf("2025-%02d-%02d", 1+r.IntN(12), 1+r.IntN(28)) },
	"time":   func(r *rand.Rand) string { return fmt.Sprintf("%02d:%02d", r.IntN(24), r.IntN(60)) },
	"money":  func(r *rand.Rand) string { return fmt.Sprintf("%d.%02d", r.IntN(100_000), r.IntN(100)) },
	"number": func(r *rand.Rand) string { return fmt.Sprint(r.IntN(1500)) },
	"stage":  func(r *rand.Rand) string { return word(r, "prospect", "proposal", "won", "lost", "Closed Won") },
	"name": func(r *rand.Rand) string {
		return word(r, "Acme", "Beta", "Delta", "Nord", "Süd", "广州") + " " + word(r, "Foods", "Steel", "Logistics", "贸易") + word(r, "", " GmbH", " Ltd.", " 2")
	},
	"note": func(r *rand.Rand) string {
		return word(r, "", "", "called", "visit went well", "asked for a quote, twice", "no answer", "客户在开会", `wants 5" pipes`)
	},
	"url": func(r *rand.Rand) string { return fmt.Sprintf("https://crm.example.com/d/%d", r.IntN(100_000)) },
	"end": func(r *rand.Rand) string {
		return word(r, "", fmt.Sprintf("2026-%02d-%02d", 1+r.IntN(12), 1+r.IntN(28)))
	},
	"phone": func(r *rand.Rand) string { return fmt.Sprintf("138%08d", r.IntN(100_000_000)) },
	"blank": func(*rand.Rand) string { return "" },
}

func word(r *rand.Rand, of ...string) string { return of[r.IntN(len(of))] }

// randomTable has columns of these kinds, quoted where RFC 4180 wants it; with
// all, every text is quoted.
func randomTable(r *rand.Rand, kinds []string, rows int) (header []string, cells [][]string, lines [][]string) {
	for i, k := range kinds {
		header = append(header, fmt.Sprintf("%s_%d", k, i))
	}
	always := r.IntN(3) == 0
	for range rows {
		var row, line []string
		for _, k := range kinds {
			text := columnKinds[k](r)
			row = append(row, text)
			if strings.ContainsAny(text, `,"`) || always && (k == "note" || k == "name" || k == "url") {
				text = `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
			}
			line = append(line, text)
		}
		cells, lines = append(cells, row), append(lines, line)
	}
	return header, cells, lines
}

// outcome counts what became of damaged rows.
type outcome struct{ right, refused, wrong int }

func (o outcome) total() int { return o.right + o.refused + o.wrong }

// damageRow writes a row with one damage.
func damageRow(r *rand.Rand, how string, line []string) string {
	i := r.IntN(len(line) - 1)
	switch how {
	case "lost":
		return strings.Join(line[:i+1], ",") + strings.Join(line[i+1:], ",")
	case "added":
		i = r.IntN(len(line) + 1)
		return strings.Join(slices.Insert(slices.Clone(line), i, ""), ",")
	case "blanks":
		return strings.Join(line, " ")
	case "lost first":
		return line[0] + strings.Join(line[1:], ",")
	case "cut off":
		text := []rune(strings.Join(line, ","))
		return string(text[:1+r.IntN(len(text)-1)])
	case "lost twice":
		return strings.Join(line[:1], ",") + strings.Join(line[1:len(line)-1], ",") + line[len(line)-1]
	case "added twice":
		return strings.Join(slices.Insert(slices.Clone(line), i, "", ""), ",")
	case "within":
		text := []rune(strings.Join(line, ","))
		i = 1 + r.IntN(len(text)-1)
		return string(text[:i]) + "," + string(text[i:])
	}
	for j, c := range line { // unquoted
		if strings.Contains(c, ",") && !strings.Contains(c, `""`) {
			line = slices.Clone(line)
			line[j] = strings.Trim(c, `"`)
		}
	}
	return strings.Join(line, ",")
}

// tryDamage damages one row of a random table and says what became of it. It is
// false where the damage cannot be seen: the row is as wide as it was.
func tryDamage(t *testing.T, r *rand.Rand, how string, kinds []string) (got outcome, seen bool) {
	header, cells, lines := randomTable(r, kinds, 30+r.IntN(200))
	at := r.IntN(len(lines))
	text := strings.Join(header, ",") + "\n"
	for i, line := range lines {
		if row := strings.Join(line, ","); i != at {
			text += row + "\n"
		} else if row == damageRow(rand.New(rand.NewPCG(1, 1)), "unquoted", line) && how == "unquoted" {
			return got, false
		} else {
			text += damageRow(r, how, line) + "\n"
		}
	}
	f, err := openText("f", []byte(text), Spec{Rows: RowsRepair, HeaderLine: 1, HeaderRows: 1, Delimiter: ',', Quotes: Doubled})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for i := range len(lines) {
		err := f.Next()
		switch {
		case i < at:
			if err != nil || f.Mended != "" || !slices.Equal(f.Record, cells[i]) {
				t.Fatalf("a whole row is read as %q, %s: %v", f.Record, f.Mended, err)
			}
			continue
		case err != nil:
			return outcome{refused: 1}, true
		case f.Mended == "" && f.Shape == Whole:
			return got, false
		case f.Mended == "":
			return outcome{refused: 1}, true
		case slices.Equal(f.Record, cells[at]) || how == "within" && strings.Join(f.Record, "") != strings.Join(cells[at], "") && strings.ReplaceAll(strings.Join(f.Record, ""), ",", "") == strings.ReplaceAll(strings.Join(cells[at], ""), ",", ""):
			return outcome{right: 1}, true
		}
		t.Logf("%s: %q is read as %q: %s", how, cells[at], f.Record, f.Mended)
		return outcome{wrong: 1}, true
	}
	return got, false
}

// tryDamages damages one row in each of n random tables.
func tryDamages(t *testing.T, seed uint64, how string, n int, kinds func(*rand.Rand) []string) (sum outcome) {
	r := rand.New(rand.NewPCG(2026, seed))
	for range n {
		if x, seen := tryDamage(t, r, how, kinds(r)); seen {
			sum.right, sum.refused, sum.wrong = sum.right+x.right, sum.refused+x.refused, sum.wrong+x.wrong
		}
	}
	t.Logf("%s: %d right, %d refused, %d wrong", how, sum.right, sum.refused, sum.wrong)
	return sum
}

func anyKinds(r *rand.Rand) []string {
	all := slices.Sorted(maps.Keys(columnKinds))
	kinds := make([]string, 3+r.IntN(7))
	for i := range kinds {
		kinds[i] = word(r, all...)
	}
	return kinds
}

// Random tables of typed columns with one row damaged: what is mended must be
// what was written, but for fewer than 1 row in 200, and most of what one damage
// did must be mended. Two damages at once, or a row that is cut off, have no
// right reading: none may be made up.
func TestMendedRowsAreRight(t *testing.T) {
	const tables = 250
	mended, wrong := 0, 0
	for i, c := range []struct {
		how   string
		right int // of 100 that are seen, at least
	}{{"lost", 70}, {"added", 95}, {"blanks", 95}, {"unquoted", 50}, {"within", 5}, {"cut off", 0}, {"lost twice", 0}, {"added twice", 0}} {
		got := tryDamages(t, uint64(i), c.how, tables, anyKinds)
		mended, wrong = mended+got.right+got.wrong, wrong+got.wrong
		if 100*got.right < c.right*got.total() || got.total() == 0 {
			t.Errorf("%s: %+v: fewer than %d in 100 are mended", c.how, got, c.right)
		}
	}
	if 200*wrong >= mended {
		t.Errorf("%d of %d mended rows are wrong", wrong, mended)
	}
}

// Two neighbours of one kind: where their form does not say where the second one
// begins, nobody knows where the lost delimiter stood, unless both are as long as
// any (two numbers of four digits).
func TestMendedNeighbours(t *testing.T) {
	columnKinds["code"] = func(r *rand.Rand) string {
		text := make([]byte, 3+r.IntN(6))
		for i := range text {
			text[i] = byte('a' + r.IntN(26))
		}
		return string(text)
	}
	defer delete(columnKinds, "code")
	for i, c := range []struct {
		kind        string
		least, most int // of 100 that may be mended
	}{{"number", 0, 15}, {"code", 0, 5}, {"rep", 95, 100}, {"phone", 95, 100}, {"url", 95, 100}, {"money", 90, 100}, {"date", 95, 100}} {
		got := tryDamages(t, uint64(100+i), "lost first", 100, func(*rand.Rand) []string { return []string{c.kind, c.kind, "date", "id", "stage"} })
		if got.wrong > 0 || got.right < c.least || got.right > c.most || got.total() < 95 {
			t.Errorf("%s beside %s: %+v", c.kind, c.kind, got)
		}
	}
}
