package funnel

// event is one occurrence of a step of an ordered funnel, 1 … n; others are
// no step.
type event struct {
	step int
	at   int64
}

// chain is the youngest chain that got as far as a step.
type chain struct {
	start int64
	begun bool
}

// chainDepth is how many steps 1, 2, … n the events, in order, contain as a
// subsequence that starts and ends within window: ClickHouse's windowFunnel in
// its default mode. Every first step may start a chain anew.
func chainDepth(events []event, n int, window int64) int {
	var few [16]chain // enough for most, without an allocation
	chains := few[:]
	if n >= len(few) {
		chains = make([]chain, n+1)
	}
	depth := 0
	for _, e := range events {
		switch {
		case e.step < 1 || e.step > n:
			continue
		case e.step == 1:
			chains[1] = chain{e.at, true}
		case chains[e.step-1].begun && e.at-chains[e.step-1].start <= window:
			chains[e.step] = chains[e.step-1]
		}
		if chains[e.step].begun {
			depth = max(depth, e.step)
		}
	}
	return depth
}
