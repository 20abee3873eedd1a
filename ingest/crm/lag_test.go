package crm

import (
	"testing"
	"unsafe"
)

func TestLag(t *testing.T) {
	for _, c := range []struct {
		from, to Date
		lag      Lag
		days     int
		ok       bool
	}{
		{100, 100, SameDay, 0, true}, {100, 101, 3, 1, true}, {100, 352, 254, 252, true},
		{100, 353, LagLong, 0, false}, {100, 9999, LagLong, 0, false}, {100, 99, LagBefore, 0, false},
		{NoDate, 1, LagUnknown, 0, false}, {1, NoDate, LagUnknown, 0, false},
	} {
		got := LagOf(c.from, c.to)
		if n, ok := got.Days(); got != c.lag || ok != c.ok || ok && n != c.days {
			t.Errorf("from %d to %d: %d, %d days %v", c.from, c.to, got, n, ok)
		}
	}
}

// There may be ten million visits.
func TestVisitIsSmall(t *testing.T) {
	if n := unsafe.Sizeof(Visit{}); n != 40 {
		t.Errorf("a visit has %d bytes", n)
	}
}
