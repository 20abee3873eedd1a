package crm

// Lag is a number of days from one day to another, in one byte.
type Lag uint8

// The values of a Lag that are no number of days.
const (
	LagUnknown Lag = 0   // one of the days is not known
	LagBefore  Lag = 1   // the other day lies before
	SameDay    Lag = 2   // and each above it a day more
	LagLong    Lag = 255 // 253 days or more
)

// LagOf is the lag from one day to another.
func LagOf(from, to Date) Lag {
	switch {
	case !from.Known() || !to.Known():
		return LagUnknown
	case to < from:
		return LagBefore
	}
	return Lag(min(int(to-from)+int(SameDay), int(LagLong)))
}

// Days is the number of days; ok is false where it is unknown, negative or too
// large to be kept.
func (l Lag) Days() (n int, ok bool) {
	return int(l) - int(SameDay), l >= SameDay && l < LagLong
}
