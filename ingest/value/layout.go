package value

import "fmt"

// Layout is a stated date layout.
type Layout struct {
	steps []step
	timed bool
}

type step struct {
	token       string // "" = a literal
	char        byte
	least, most int
}

// CompileLayout reads a layout of the tokens YYYY YY M MM D DD H HH mm ss. The
// error completes "the layout …".
func CompileLayout(s string) (Layout, error) {
	var l Layout
	seen := map[byte]bool{}
	for i := 0; i < len(s); {
		c := s[i]
		j := i
		for j < len(s) && s[j] == c {
			j++
		}
		word := s[i:j]
		switch word {
		case "YYYY":
			l.steps = append(l.steps, step{word, 0, 4, 4})
		case "YY", "MM", "DD", "HH", "mm", "ss":
			l.steps = append(l.steps, step{word, 0, 2, 2})
		case "M", "D", "H":
			l.steps = append(l.steps, step{word, 0, 1, 2})
		default:
			if c != 'T' && (c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z') || c >= '0' && c <= '9' {
				return l, fmt.Errorf("has an unknown token %s", word)
			}
			for range word {
				l.steps = append(l.steps, step{char: c})
			}
			i = j
			continue
		}
		if seen[c] {
			return l, fmt.Errorf("has %s twice", string(c))
		}
		seen[c] = true
		i = j
	}
	if !seen['Y'] || !seen['M'] || !seen['D'] {
		return l, fmt.Errorf("lacks a year, a month or a day")
	}
	l.timed = seen['H']
	return l, nil
}

// Parse reads s by the layout. A layout of a date alone may be followed by a
// time, which has only one reading. The caller asks Valid.
func (l *Layout) Parse(s string) (m Moment, ok bool) {
	t := text{s, true}
	for _, p := range l.steps {
		if p.token == "" {
			t.literal(p.char)
		} else {
			m.set(p.token, t.number(p.least, p.most))
		}
		if !t.ok {
			return m, false
		}
	}
	if l.timed {
		m.Timed = true
		t.half(&m, t.englishHalf())
		t.offset(&m)
	} else {
		t.time(&m)
	}
	return m, t.ok && t.s == ""
}

func (m *Moment) set(token string, v int) {
	switch token {
	case "YYYY":
		m.Year = v
	case "YY":
		m.Year = 2000 + v
	case "M", "MM":
		m.Month = v
	case "D", "DD":
		m.Day = v
	case "H", "HH":
		m.Hour = v
	case "mm":
		m.Minute = v
	case "ss":
		m.Second = v
	}
}
