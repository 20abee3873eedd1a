package measure

// atOnce is how many values are handed over at a time.
const atOnce = 512

// Out takes the values of a family as they are made. There may be millions:
// where the frame says who takes them they are handed over by the hundred, and
// are never there all at once.
type Out struct {
	values []Value
	take   func([]Value)
}

// Out returns what takes the values that a family computes for f.
func (f *Frame) Out() *Out { return &Out{take: f.take} }

// To is f whose values take gets in portions. take must not keep the slice.
func (f *Frame) To(take func([]Value)) *Frame {
	g := *f
	g.take = take
	return &g
}

// Add adds values; it keeps nothing of the slice.
func (o *Out) Add(values ...Value) {
	if o.take != nil && len(o.values)+len(values) > atOnce {
		if len(o.values) > 0 {
			o.take(o.values)
			o.values = o.values[:0]
		}
		if len(values) >= atOnce {
			o.take(values)
			return
		}
	}
	for i := range values {
		o.values = Append(o.values, values[i])
	}
}

// Rest returns what was not handed over, for the Result: everything where the
// frame does not say who takes it.
func (o *Out) Rest() []Value { return o.values }
