package value

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// FuzzDates: a date written in any supported shape is read back as the same
// moment, whatever the shape.
func FuzzDates(f *testing.F) {
	f.Add(int64(1741510800), uint8(0), true)
	f.Add(int64(1709164799), uint8(7), false)
	for i := range len(dateShapes) {
		f.Add(int64(1735689599), uint8(i), true)
	}
	f.Fuzz(func(t *testing.T, unix int64, n uint8, timed bool) {
		const from, to = 0, 4102444800 // 1970 to 2099: what serials and epochs may be
		if unix < from {
			unix = -(unix + 1)
		}
		at := time.Unix(unix%to, 0).UTC()
		s := dateShapes[int(n)%len(dateShapes)]
		at = at.Truncate(s.grain)
		text := s.write(at, timed)
		c := &DateColumn{}
		c.Add(Place{Line: 2}, text)
		d, doubt := c.Decide(s.order)
		if doubt != nil {
			t.Fatalf("%q: %+v", text, doubt)
		}
		want := at
		if !timed && !s.always {
			want = at.Truncate(24 * time.Hour)
		}
		check := func(d Dates) {
			m, ok := d.Parse(text)
			got := time.Date(m.Year, time.Month(m.Month), m.Day, m.Hour, m.Minute, m.Second, 0, time.UTC).Add(-time.Duration(m.Offset) * time.Second)
			if !ok || !got.Equal(want) {
				t.Fatalf("%q: got %s %v, want %s", text, got, ok, want)
			}
		}
		check(d)
		// Without the order the column asks, or reads the same.
		if d, doubt = c.Decide(Unsaid); doubt == nil {
			check(d)
		}
	})
}

// shape is a way to write dates; grain is the smallest part it keeps.
type shape struct {
	write  func(at time.Time, timed bool) string
	order  Order
	grain  time.Duration
	always bool // with a time of day in any case
}

func shaped(order Order, day, clock string, grain time.Duration) shape {
	return shape{func(at time.Time, timed bool) string {
		if timed {
			return at.Format(day + clock)
		}
		return at.Format(day)
	}, order, grain, false}
}

var dateShapes = []shape{
	shaped(Unsaid, "2006-01-02", "T15:04:05", time.Second), shaped(Unsaid, "2006-01-02", " 15:04", time.Minute), shaped(Unsaid, "2006/1/2", " 15:04", time.Minute),
	shaped(Unsaid, "2006.1.2", " 3:04:05 PM", time.Second), shaped(Unsaid, "2006-01-02", "T15:04:05.000Z07:00", time.Second),
	{func(at time.Time, timed bool) string {
		if !timed {
			return at.Format("2006-01-02")
		}
		return at.In(time.FixedZone("", 5*3600+1800)).Format("2006-01-02T15:04:05-0700")
	}, Unsaid, time.Second, false},
	{func(at time.Time, _ bool) string {
		return at.In(time.FixedZone("", -8*3600)).Format("2006-01-02 15:04:05-07")
	}, Unsaid, time.Second, true},
	shaped(DayFirst, "02/01/2006", " 15:04", time.Minute), shaped(DayFirst, "2.1.2006", " 15:04:05", time.Second), shaped(DayFirst, "02-01-2006", ", 03:04 pm", time.Minute),
	shaped(MonthFirst, "1/2/2006", " 3:04 PM", time.Minute), shaped(MonthFirst, "01-02-2006", " 15:04", time.Minute),
	shaped(Unsaid, "02-Jan-2006", " 15:04:05", time.Second), shaped(Unsaid, "2 January 2006", " 15:04", time.Minute), shaped(Unsaid, "Jan 2, 2006", " 3:04:05 PM", time.Second),
	shaped(Unsaid, "02 Jan, 2006", " 15:04:05", time.Second), shaped(Unsaid, "2006年1月2日", "15时4分5秒", time.Second), shaped(Unsaid, "2006年01月02日", " 15:04", time.Minute),
	shaped(Unsaid, "20060102", "150405", time.Second), shaped(Unsaid, "20060102", "T1504Z", time.Minute),
	{func(at time.Time, timed bool) string {
		days := at.Unix()/86400 + 25569
		if !timed {
			return fmt.Sprint(days)
		}
		return fmt.Sprintf("%d.%010d", days, at.Unix()%86400*10_000_000_000/86400)
	}, Unsaid, time.Second, false},
}

// FuzzNumbers: a number written in any supported shape is read back exactly.
func FuzzNumbers(f *testing.F) {
	f.Add(int64(123456789), uint8(2), uint16(0))
	f.Add(int64(-1), uint8(0), uint16(0xFFFF))
	f.Add(int64(100000), uint8(3), uint16(0x1234))
	f.Fuzz(func(t *testing.T, v int64, places uint8, how uint16) {
		places %= 5
		v %= 1_000_000_000_000_000
		want := Exact{v, -int(places)}
		text, point := writeNumber(want, how)
		n := NumbersOf(Number, point)
		a, ok := n.Parse(text)
		if !ok || a.Exact.String() != want.String() {
			t.Fatalf("%q with %q: %s %v, want %s", text, point, a.Exact, ok, want)
		}
		// The column never decides for another number: it says so or it asks.
		c := NewNumberColumn(Number)
		c.Add(Place{}, text)
		if d, doubt := c.Decide(Stated{}); doubt == nil {
			if a, ok := d.Parse(text); !ok || a.Exact.String() != want.String() {
				t.Fatalf("%q is decided as %s %v, want %s", text, a.Exact, ok, want)
			}
		}
		if p, ok := Plain(text, 4); ok {
			if w, err := want.Scaled(4); err != nil || w != p {
				t.Fatalf("%q: plain %d, want %s", text, p, want)
			}
		}
	})
}

// writeNumber writes e in one of many ways: separators, sign, currency, width.
func writeNumber(e Exact, how uint16) (text string, point byte) {
	digits := fmt.Sprintf("%0*d", -e.Exponent+1, max(e.Mantissa, -e.Mantissa))
	whole, part := digits[:len(digits)+e.Exponent], digits[len(digits)+e.Exponent:]
	pick := func(of ...string) string {
		s := of[int(how)%len(of)]
		how /= uint16(len(of))
		return s
	}
	mark := pick(".", ",")
	group := pick("", ",", ".", " ", "'", "\u00a0", "\u2009", "’", "lakh")
	size := 3 // of the groups before the last
	if group == "lakh" {
		group, size = ",", 2
	}
	if group == mark {
		group = ""
	}
	if group != "" {
		for i := len(whole) - 3; i > 0; i -= size {
			whole = whole[:i] + group + whole[i:]
		}
	}
	if part != "" {
		whole += mark + part
	}
	whole = strings.Replace(pick("%", "¥%", "$%", "% 元", "%USD", "€ %"), "%", whole, 1)
	if e.Mantissa < 0 {
		whole = strings.Replace(pick("-%", "(%)", "%-"), "%", whole, 1)
	}
	if pick("", "wide") != "" {
		whole = strings.Map(func(r rune) rune {
			if r > ' ' && r < 0x7F {
				return r + 0xFEE0
			}
			return r
		}, whole)
	}
	return whole, mark[0]
}

// FuzzProfile: whatever the cells are, the detector ends, counts every cell,
// and a question names answers or a remedy.
func FuzzProfile(f *testing.F) {
	f.Add("date", "2025-03-09\n04/03/2025\n45292\n-\n1714953600000")
	f.Add("金额（万元）", "1.234\n1,234\n(5)\n$1.2K\n15%\n1E+5")
	f.Add("id", "9.91214E+15\n=\"1\"\n'2\nzcrm_3")
	f.Add("x", "Y\nN\n是")
	f.Fuzz(func(t *testing.T, name, text string) {
		cells := strings.Split(text, "\n")
		for k := Any; k <= Period; k++ {
			p := Profile(name, k, func(yield func(int, string) bool) {
				for i, c := range cells {
					if !yield(i+2, c) {
						return
					}
				}
			})
			n := 0
			for _, w := range p.Words {
				n += w.Count
			}
			if p.Cells != len(cells) || p.Blank > p.Cells || p.Distinct <= shownWords && n+p.Blank != p.Cells {
				t.Fatalf("%s: %d cells, %d blank, %d words of %d", k, p.Cells, p.Blank, n, len(cells))
			}
			if (p.Question == "") != (len(p.Ambiguous) == 0) && !strings.Contains(p.Question, "; ") {
				t.Fatalf("%s: %+v", k, p)
			}
		}
	})
}

// Columns of dates in one order, with enough of them, decide themselves; the
// seeds are fixed.
func TestColumnsDecideThemselves(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 7))
		order, text := DayFirst, "2/1/2006"
		if seed%2 == 0 {
			order, text = MonthFirst, "1/2/2006"
		}
		c := &DateColumn{}
		var days []time.Time
		for i := range 100 {
			days = append(days, time.Date(2024, 1, 1+r.IntN(700), 0, 0, 0, 0, time.UTC))
			c.Add(Place{Line: i + 2}, days[i].Format(text))
		}
		d, doubt := c.Decide(Unsaid)
		if doubt != nil || d.orders[0] != order {
			t.Fatalf("seed %d: %+v %+v", seed, d, doubt)
		}
		for _, at := range days {
			if m, ok := d.Parse(at.Format(text)); !ok || m.day() != at.Format("2006-01-02") {
				t.Fatalf("%s: %s", at, m.day())
			}
		}
	}
}

func BenchmarkCanonicalDate(b *testing.B) {
	for b.Loop() {
		if m, ok := YearFirst("2025-03-09T10:00"); !ok || !m.Valid() {
			b.Fatal(m)
		}
	}
}

func BenchmarkCanonicalNumber(b *testing.B) {
	for b.Loop() {
		if _, ok := Plain("12345.67", 2); !ok {
			b.Fatal()
		}
	}
}
