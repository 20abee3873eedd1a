package funnel

// event is one occurrence of a step of an ordered funnel, 1 … n; others are
// no step.
type event struct {
	step int
	at   int64
}

// chainDepth is how many steps 1, 2, … n the events, in order, contain as a
// subsequence that starts and ends within window: ClickHouse's windowFunnel in
// its default mode. Every first step may start a chain anew.
func chainDepth(events []event, n int, window int64) int {
	start := make([]int64, n+1) // of the youngest chain that got as far as a step
	begun := make([]bool, n+1)
	depth := 0
	for _, e := range events {
		switch {
		case e.step < 1 || e.step > n:
			continue
		case e.step == 1:
			start[1], begun[1] = e.at, true
		case begun[e.step-1] && e.at-start[e.step-1] <= window:
			start[e.step], begun[e.step] = start[e.step-1], true
		}
		if begun[e.step] {
			depth = max(depth, e.step)
		}
	}
	return depth
}
