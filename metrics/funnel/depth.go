package funnel

// event is one occurrence of a step of an ordered funnel, 1 … n; others are
// no step.
type event struct {
	step int
	at   int64
}

// The modes of an ordered funnel, as ClickHouse's windowFunnel has them;
// any other word allows anything between the steps.
const (
	StrictOrder    = "strict_order"    // after a first step, an event that is not the next one ends the chain
	StrictIncrease = "strict_increase" // the next step comes later, not at the same time
)

// chain is the youngest chain that got as far as a step.
type chain struct {
	start int64
	last  int64 // when it got there
	begun bool
}

// chainDepth is how many steps 1, 2, … n the events, in order, contain as a
// subsequence that starts and ends within window: ClickHouse's windowFunnel in
// the mode. Every first step may start a chain anew; a step that was reached
// may come again in every mode.
func chainDepth(events []event, n int, window int64, mode string) int {
	var few [16]chain // enough for most, without an allocation
	chains := few[:]
	if n >= len(few) {
		chains = make([]chain, n+1)
	}
	depth := 0
	for _, e := range events {
		known := e.step >= 1 && e.step <= n
		if known && e.step == 1 {
			chains[1] = chain{e.at, e.at, true}
		} else if expected := known && chains[e.step-1].begun; expected {
			before := chains[e.step-1]
			if e.at-before.start <= window && (mode != StrictIncrease || before.last < e.at) {
				chains[e.step] = chain{before.start, e.at, true}
			}
		} else if mode == StrictOrder && depth > 0 {
			return depth
		}
		if known && chains[e.step].begun {
			depth = max(depth, e.step)
		}
	}
	return depth
}
