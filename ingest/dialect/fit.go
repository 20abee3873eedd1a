package dialect

import (
	"math"
	"unicode"
	"unicode/utf8"
)

// A column is learnt from the rows that are whole, so that a damaged row can be
// held against it. What is learnt is the form of the cells, as the classes of
// their characters: 2025-03-04 is of the form dddd-dd-dd.

// Classes of characters: every ASCII sign is one of its own.
const (
	edge = iota // before the first and behind the last character
	digit
	lower
	upper
	space
	wide // letters of other scripts
	other
	firstSign
	kinds = firstSign + 32
)

// kindOf is the class of every ASCII character.
var kindOf = func() (out [utf8.RuneSelf]byte) {
	sign := byte(firstSign)
	for c := range out {
		switch {
		case '0' <= c && c <= '9':
			out[c] = digit
		case 'a' <= c && c <= 'z':
			out[c] = lower
		case 'A' <= c && c <= 'Z':
			out[c] = upper
		case c <= ' ' || c == 0x7F:
			out[c] = space
		default:
			out[c] = sign
			sign++
		}
	}
	return out
}()

// shapeOf is the form of a text: its characters' classes.
func shapeOf(text string) string {
	out := make([]byte, 0, len(text))
	for _, c := range text {
		switch {
		case c < utf8.RuneSelf:
			out = append(out, kindOf[c])
		case unicode.IsLetter(c):
			out = append(out, wide)
		case unicode.IsSpace(c):
			out = append(out, space)
		default:
			out = append(out, other)
		}
	}
	return string(out)
}

// seen counts texts, and those that occurred once: how likely the next one is
// new (Good and Turing's estimate).
type seen struct {
	count map[string]int
	once  int
	n     int
}

func (s *seen) add(text string) {
	if s.count == nil {
		s.count = map[string]int{}
	}
	s.n++
	s.count[text]++
	switch s.count[text] {
	case 1:
		s.once++
	case 2:
		s.once--
	}
}

func (s *seen) fresh() float64 { return float64(s.once+1) / float64(s.n+2) }

// fit is what is learnt of one column.
type fit struct {
	values, shapes seen
	quoted         int
	follow         [kinds][kinds]int // how often a class follows a class
	total          [kinds]int
	worst          float64 // cost of a character of the cell that fits the others worst
}

func (f *fit) add(p piece) {
	shape := shapeOf(p.text)
	f.values.add(p.text)
	f.shapes.add(shape)
	f.quoted += count(p.quoted)
	at := byte(edge)
	for i := 0; i <= len(shape); i++ {
		next := byte(edge)
		if i < len(shape) {
			next = shape[i]
		}
		f.follow[at][next]++
		f.total[at]++
		at = next
	}
}

// cost is how unlikely a cell is in the column: the negative logarithm of the
// chance of its form, and of its being new, and quoted or not.
func (f *fit) cost(p piece) float64 { return f.costBeside(p, 0) }

// costBeside is the cost of a cell that is itself among those learnt, own times.
func (f *fit) costBeside(p piece, own int) float64 {
	shape := shapeOf(p.text)
	fresh, chain, n := f.shapes.fresh(), f.chain(shape), f.shapes.count[shape]-own
	if n <= 0 { // the logarithm by itself: in a float64 the chance of a long text is none
		return f.costOfQuotes(p.quoted) - math.Log(fresh) - chain
	}
	chance := fresh*math.Exp(chain) + (1-fresh)*float64(n)/float64(f.shapes.n)
	known := f.values.fresh()
	if f.values.count[p.text] > own {
		known = 1 - known
	}
	return f.costOfQuotes(p.quoted) - math.Log(chance) - math.Log(known)
}

func (f *fit) costOfQuotes(quoted bool) float64 {
	n := f.quoted
	if !quoted {
		n = f.values.n - n
	}
	return -math.Log((float64(n) + 0.5) / (float64(f.values.n) + 1))
}

// chain is the logarithm of the chance that classes follow each other like that.
func (f *fit) chain(shape string) float64 {
	sum, at := 0.0, byte(edge)
	for i := 0; i <= len(shape); i++ {
		next := byte(edge)
		if i < len(shape) {
			next = shape[i]
		}
		sum += math.Log((float64(f.follow[at][next]) + 1.0/kinds) / float64(f.total[at]+1))
		at = next
	}
	return sum
}

// perCharacter makes costs of short and long cells comparable.
func perCharacter(cost float64, text string) float64 { return cost / float64(len(text)+2) }

// likely reports whether a cell fits about as well as the whole rows' worst. A
// form that was never seen is odd where forms that were not are rare.
func (f *fit) likely(p piece, cost float64) bool {
	if f.shapes.fresh() < rareForms && f.shapes.count[shapeOf(p.text)] == 0 {
		return false
	}
	return perCharacter(cost, p.text) <= f.worst+slack
}

// rareForms is the chance of a new form below which a column has its forms.
const rareForms = 0.05

// slack is what a character of a cell may cost more than of the worst one learnt:
// one of a class that did not occur there costs about 10.
const slack = 1.5

// count is 1 for what is so.
func count(b bool) int {
	if b {
		return 1
	}
	return 0
}
