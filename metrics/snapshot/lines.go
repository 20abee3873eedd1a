package snapshot

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"strconv"
	"unicode/utf8"
)

// written are values as a file has them: amounts are not in minor units yet.
type written struct {
	*Draft
	scopes, currencies *numbering
	raw                map[string]int32 // sets of flags by their JSON
}

func newWritten() *written {
	w := &written{scopes: newNumbering(), currencies: newNumbering(), raw: map[string]int32{}}
	w.Draft = newDraft(w.scopes.names)
	w.currencies.number("")
	return w
}

// standIn stands for the values that were read by lines, so that what is around
// them is a JSON text as it was. Where the general decoder does not find it first
// among the values, they were no part of the document.
const (
	standIn       = `{"metric":"\u0000"}`
	standInMetric = "\x00"
)

// lines reads the values of a metrics file that lie one a line as Encode writes
// them: there are as many as make the general decoder slow. It returns a reader
// of the rest, with standIn for what it took; a text that lies otherwise is left
// as it is.
func (w *written) lines(r io.Reader) (rest io.Reader, taken bool) {
	in, around := bufio.NewReaderSize(r, bufferSize), &bytes.Buffer{}
	rest = io.MultiReader(around, in)
	line, err := in.ReadSlice('\n')
	around.Write(line)
	if err != nil || !bytes.HasPrefix(line, []byte(`{"schema":"`)) {
		return rest, false
	}
	for string(line) != `"values":[`+"\n" {
		line, err = in.ReadSlice('\n')
		around.Write(line)
		if err != nil {
			return rest, false
		}
	}
	for {
		line, _ = in.ReadSlice('\n') // what failed fails again, or ends no line
		l := scanner{b: line}
		if !w.line(&l) {
			break
		}
		if !taken {
			around.WriteString(standIn)
		}
		taken = true
		if !l.is(",\n") {
			around.Write(l.b)
			return rest, taken
		}
	}
	if taken {
		around.WriteByte(',')
	}
	around.Write(line)
	return rest, taken
}

// line adds the value of a line; false where it is not as Encode writes it. What
// is left of l is behind the value.
func (w *written) line(l *scanner) bool {
	var r row
	var x rare
	l.must(` {"metric":"`)
	metric := l.name(w.metrics)
	l.must(`,"scope":"`)
	scope := l.name(w.scopes)
	l.must(`,"period":"`)
	period := l.name(w.periods)
	key := l.nameIf(`,"key":"`, w.keys)
	if l.is(`,"num":"`) {
		r.num, r.den = l.quoted(), 1
	}
	if l.is(`,"den":"`) {
		r.den = l.quoted()
	}
	l.must(`,"value":`)
	r.v, r.ok = l.end()
	x.ci = l.span(`,"ci":[`)
	x.method = l.nameIf(`,"method":"`, w.word)
	x.bounds = l.span(`,"bounds":[`)
	l.must(`,"n":`)
	r.n = l.integer()
	currency := w.currencies.list[l.nameIf(`,"currency":"`, w.currencies)]
	l.must(`,"final":`)
	if r.final = l.is("true"); !r.final {
		l.must("false")
	}
	l.must(`,"flags":`)
	x.flags = w.flags(l)
	l.must("}")
	if l.bad || len(l.b) == 0 {
		return false
	}
	w.add(place{metric, scope, period, key}, currency, r, x)
	return true
}

// flags is the number of the set of flags that l comes to.
func (w *written) flags(l *scanner) int32 {
	text := l.b[:bytes.IndexByte(l.b, ']')+1]
	l.b = l.b[len(text):]
	n, known := w.raw[string(text)]
	if !known {
		var set []string
		if json.Unmarshal(text, &set) != nil {
			l.bad = true
			return 0
		}
		n = w.set(set)
		w.raw[string(text)] = n
	}
	return n
}

// scanner reads a line from its start; bad says that it is not as expected.
type scanner struct {
	b   []byte
	bad bool
}

// is passes a text where it is next.
func (l *scanner) is(text string) bool {
	if len(l.b) < len(text) || string(l.b[:len(text)]) != text {
		return false
	}
	l.b = l.b[len(text):]
	return true
}

func (l *scanner) must(text string) { l.bad = !l.is(text) || l.bad }

// text passes a text up to its quote.
func (l *scanner) text() []byte {
	n := bytes.IndexByte(l.b, '"')
	if n < 0 {
		l.bad = true
		return nil
	}
	text := l.b[:n]
	l.b = l.b[n+1:]
	return text
}

// name is the number of a text. One with an escape or that is no UTF-8 is left to
// the general decoder.
func (l *scanner) name(in *numbering) int32 {
	text := l.text()
	if n, known := in.known(text); known {
		return n
	}
	if l.bad || !utf8.Valid(text) || bytes.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == '\\' }) {
		l.bad = true
		return 0
	}
	return in.number(string(text))
}

// nameIf is the number of a text that follows a member's name, of none where it
// does not.
func (l *scanner) nameIf(member string, in *numbering) int32 {
	if l.is(member) {
		return l.name(in)
	}
	return in.number("")
}

func (l *scanner) quoted() int64 {
	n, err := strconv.ParseInt(string(l.text()), 10, 64)
	l.bad = l.bad || err != nil
	return n
}

// token passes what is before the next comma or bracket.
func (l *scanner) token() []byte {
	n := max(0, bytes.IndexAny(l.b, ",]"))
	text := l.b[:n]
	l.b = l.b[n:]
	l.bad = l.bad || !json.Valid(text)
	return text
}

func (l *scanner) integer() int64 {
	n, err := strconv.ParseInt(string(l.token()), 10, 64)
	l.bad = l.bad || err != nil
	return n
}

// end is a number, or null, which is none.
func (l *scanner) end() (x float64, ok bool) {
	if l.is("null") {
		return 0, false
	}
	x, err := strconv.ParseFloat(string(l.token()), 64)
	l.bad = l.bad || err != nil
	return x, true
}

func (l *scanner) span(member string) (s span) {
	if !l.is(member) {
		return s
	}
	s.there = true
	s.lo, s.hasLo = l.end()
	l.must(",")
	s.hi, s.hasHi = l.end()
	l.must("]")
	return s
}
