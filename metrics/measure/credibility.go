package measure

// Experience is the history of one group: a ratio for each period and the
// weight it carries. Weights are above 0.
type Experience struct{ Weight, Ratio []float64 }

// total is the weight of the group and its weighted mean ratio.
func (e Experience) total() (weight, mean float64) {
	for j, w := range e.Weight {
		weight += w
		mean += w * e.Ratio[j]
	}
	return weight, mean / weight
}

// within is the weighted sum of squares about the group's own mean.
func (e Experience) within() float64 {
	_, mean := e.total()
	sum := 0.0
	for j, w := range e.Weight {
		sum += w * (e.Ratio[j] - mean) * (e.Ratio[j] - mean)
	}
	return sum
}

// Structure is what Bühlmann–Straub credibility estimates of groups (R-3.13,
// Within is in units of the weights.
type Structure struct {
	Mean    float64   // μ, what a group without a history is given
	Within  float64   // s², how much the periods of a group vary
	Between float64   // a, how much groups differ; 0 where nothing says that they do
	Z       []float64 // by group: how far its own mean is to be believed, 0 to 1
}

// BuhlmannStraub estimates the structure of groups that have at least two
// periods each, with the unbiased estimators of. Where groups differ no
// more than their periods do (a ≤ 0) no group is believed, and Mean is the mean
// of all weights: that of would be 0/0. It is false for fewer than two
// groups.
func BuhlmannStraub(groups []Experience) (Structure, bool) {
	if len(groups) < 2 {
		return Structure{}, false
	}
	var s Structure
	var all, squares, sum float64
	free := 0
	for _, g := range groups {
		if len(g.Weight) < 2 {
			return Structure{}, false
		}
		w, mean := g.total()
		all, squares, sum = all+w, squares+w*w, sum+w*mean
		s.Within += g.within()
		free += len(g.Weight) - 1
	}
	s.Within /= float64(free)
	grand, spread := sum/all, 0.0
	for _, g := range groups {
		w, mean := g.total()
		spread += w * (mean - grand) * (mean - grand)
	}
	s.Between = max(0, (spread-float64(len(groups)-1)*s.Within)/(all-squares/all))
	s.Mean, s.Z = grand, make([]float64, len(groups))
	if s.Between > 0 {
		s.believe(groups)
	}
	return s, true
}

// believe sets each group's credibility and the mean that goes with them.
func (s *Structure) believe(groups []Experience) {
	var weights, sum float64
	for i, g := range groups {
		w, mean := g.total()
		s.Z[i] = w / (w + s.Within/s.Between)
		weights, sum = weights+s.Z[i], sum+s.Z[i]*mean
	}
	s.Mean = sum / weights
}

// Premium is the credibility estimate of the i-th of groups.
func (s Structure) Premium(i int, g Experience) float64 {
	_, mean := g.total()
	return s.Z[i]*mean + (1-s.Z[i])*s.Mean
}
