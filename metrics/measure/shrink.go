package measure

// Prior is what a group of rates has in common: their mean m and the variance A
// between those behind them, chance taken out (Marshall 1991).
type Prior struct {
	Mean, Var float64
	share     bool // the rates are proportions, not counts over an exposure
}

// Shares is a prior of proportions: the chance of one is m(1−m)/n, not m/n.
func Shares(mean, variance float64) Prior { return Prior{mean, variance, true} }

// Rates estimates the prior of counts k over exposures n, all of them positive:
// m = Σk/Σn and A = max(0, Σn(k/n−m)²/Σn − m/n̄). Of nothing it is 0.
func Rates(k, n []float64) Prior {
	var events, exposure, spread float64
	for i := range n {
		events, exposure = events+k[i], exposure+n[i]
	}
	if exposure == 0 {
		return Prior{}
	}
	p := Prior{Mean: events / exposure}
	for i := range n {
		d := k[i]/n[i] - p.Mean
		spread += n[i] * d * d
	}
	p.Var = max(0, spread/exposure-p.chance(exposure/float64(len(n))))
	return p
}

// chance is the variance of a rate over an exposure of n.
func (p Prior) chance(n float64) float64 {
	if p.share {
		return p.Mean * (1 - p.Mean) / n
	}
	return p.Mean / n
}

// Shrink is the empirical Bayes rate of k over n: between k/n and the mean, the
// nearer to the mean the less n says. Where A is 0 it is the mean.
func (p Prior) Shrink(k, n float64) float64 {
	if p.Var == 0 {
		return p.Mean
	}
	return p.Mean + p.Var/(p.Var+p.chance(n))*(k/n-p.Mean)
}
