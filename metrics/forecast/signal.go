package forecast

// Errors are actual − forecast: positive beats the forecast.

func abs(x int64) int64 {
	if x < 0 {
		return -x
	}
	return x
}

// sums returns Σe and Σ|e|.
func sums(errors []int64) (sum, absolute int64) {
	for _, e := range errors {
		sum, absolute = sum+e, absolute+abs(e)
	}
	return sum, absolute
}

// accuracy is max(0, 1 − |e|/A) as a fraction. A = 0 is 1/1 where nothing was
// forecast either, else 0/1; there is none of an actual below 0.
func accuracy(absError, actual int64) (num, den int64, ok bool) {
	switch {
	case actual < 0:
		return 0, 0, false
	case actual > 0:
		return max(0, actual-absError), actual, true
	case absError == 0:
		return 1, 1, true
	}
	return 0, 1, true
}

// trackingSignal is Σe / mean|e|; 0 where every forecast was exact. Alarm is
// beyond ±4, with at least 4 periods. It is false for no errors at all.
func trackingSignal(errors []int64) (signal float64, alarm, ok bool) {
	sum, absolute := sums(errors)
	n := int64(len(errors))
	if n == 0 {
		return 0, false, false
	}
	if absolute == 0 {
		return 0, false, true
	}
	signal = float64(sum) * float64(n) / float64(absolute)
	return signal, n >= 4 && (signal > 4 || signal < -4), true
}

// mase is the mean |e| over that of the lag-m naive forecast within history,
// the actuals before the window, oldest first. It is false without errors,
// without a step of the naive forecast, or where that was never wrong.
func mase(errors, history []int64, lag int) (float64, bool) {
	scale, steps := naiveScale(history, lag)
	if len(errors) == 0 || scale == 0 {
		return 0, false
	}
	_, absolute := sums(errors)
	return float64(absolute) / float64(len(errors)) / (float64(scale) / float64(steps)), true
}

// naiveScale is Σ|e| of the lag-m naive forecast within history and how many
// steps it takes.
func naiveScale(history []int64, lag int) (sum, steps int64) {
	if lag < 1 {
		return 0, 0
	}
	for i := lag; i < len(history); i++ {
		sum += abs(history[i] - history[i-lag])
		steps++
	}
	return sum, steps
}

// pair is a forecast and what came.
type pair struct{ forecast, actual int64 }

// symmetric lists 2|A−F|/(|A|+|F|) of rows, from 0 to 2; nothing forecast and
// nothing signed is 0. Their mean is the sMAPE.
func symmetric(rows []pair) (errors []float64) {
	for _, r := range rows {
		e := 0.0
		if size := abs(r.actual) + abs(r.forecast); size > 0 {
			e = 2 * float64(abs(r.actual-r.forecast)) / float64(size)
		}
		errors = append(errors, e)
	}
	return errors
}

// apes lists |A−F|/|A| of rows, whose mean is the MAPE; every actual of 0 is
// left out, 0/0 too.
func apes(rows []pair) (errors []float64, leftOut int64) {
	for _, r := range rows {
		if r.actual == 0 {
			leftOut++
			continue
		}
		errors = append(errors, float64(abs(r.actual-r.forecast))/float64(abs(r.actual)))
	}
	return errors, leftOut
}
