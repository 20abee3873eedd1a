package measure

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// alike is to 1e-9, of large numbers relatively.
func alike(x, y float64) bool { return math.Abs(x-y) <= 1e-9*max(1, math.Abs(y)) }

func caseOf(t *testing.T, dir, table string, into any) [][]string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", dir, "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join("testdata", dir, table))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}

func real(t *testing.T, s string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// published/credibility_hachemeister: five states of twelve periods, as
// the actuar package of R prints them.
func TestCredibilityHachemeister(t *testing.T) {
	var want struct {
		Collective, Between, Within      float64
		Individual, Credibility, Premium []float64
	}
	var groups []Experience
	for _, row := range caseOf(t, "credibility_hachemeister", "hachemeister.csv", &want) {
		var e Experience
		for j := range 12 {
			e.Ratio, e.Weight = append(e.Ratio, real(t, row[1+j])), append(e.Weight, real(t, row[13+j]))
		}
		groups = append(groups, e)
	}
	s, ok := BuhlmannStraub(groups)
	if !ok || len(groups) != 5 || !alike(s.Mean, want.Collective) || !alike(s.Between, want.Between) || !alike(s.Within, want.Within) {
		t.Fatalf("%v %+v, want %+v", ok, s, want)
	}
	for i, g := range groups {
		if _, mean := g.total(); !alike(mean, want.Individual[i]) || !alike(s.Z[i], want.Credibility[i]) || !alike(s.Premium(i, g), want.Premium[i]) {
			t.Errorf("state %d: %v %v %v", i+1, mean, s.Z[i], s.Premium(i, g))
		}
	}
}

// forecast/calibration_credibility: ratios of actual to forecast,
// weighted with the forecast.
func TestCredibilityOfForecasts(t *testing.T) {
	var want struct {
		Structure struct {
			Mu      float64
			Within  float64 `json:"within_s2"`
			Between float64 `json:"between_a"`
		}
		Reps map[string]struct {
			Sum         float64 `json:"sum_forecast"`
			Ratio       float64
			Credibility float64
			Index       float64 `json:"calibrated_index"`
		}
	}
	var groups []Experience
	var names []string
	for _, row := range caseOf(t, "calibration_credibility", "history.csv", &want) {
		if len(names) == 0 || names[len(names)-1] != row[0] {
			names, groups = append(names, row[0]), append(groups, Experience{})
		}
		g := &groups[len(groups)-1]
		f := real(t, row[2])
		g.Weight, g.Ratio = append(g.Weight, f), append(g.Ratio, real(t, row[3])/f)
	}
	s, ok := BuhlmannStraub(groups)
	if w := want.Structure; !ok || !alike(s.Mean, w.Mu) || !alike(s.Within, w.Within) || !alike(s.Between, w.Between) {
		t.Fatalf("%v %+v, want %+v", ok, s, w)
	}
	if len(names) != len(want.Reps) || len(names) != 5 {
		t.Fatalf("%d reps", len(names))
	}
	for i, g := range groups {
		w := want.Reps[names[i]]
		if sum, mean := g.total(); !alike(sum, w.Sum) || !alike(mean, w.Ratio) || !alike(s.Z[i], w.Credibility) || !alike(s.Premium(i, g), w.Index) {
			t.Errorf("%s: %v %v %v %v, want %+v", names[i], sum, mean, s.Z[i], s.Premium(i, g), w)
		}
	}
}

// By hand: groups with one mean differ by nothing (a ≤ 0), and then nobody is
// believed and μ is the mean of all; groups that never vary are believed whole.
func TestCredibilityEdges(t *testing.T) {
	s, ok := BuhlmannStraub([]Experience{{[]float64{1, 1}, []float64{1, 3}}, {[]float64{2, 4}, []float64{4, 1}}})
	if !ok || s.Between != 0 || s.Z[0] != 0 || s.Z[1] != 0 || s.Mean != 2 { // 4/2 and 12/6
		t.Errorf("%v %+v", ok, s)
	}
	s, ok = BuhlmannStraub([]Experience{{[]float64{1, 3}, []float64{1, 1}}, {[]float64{2, 2}, []float64{3, 3}}})
	if !ok || s.Within != 0 || s.Z[0] != 1 || s.Z[1] != 1 || s.Mean != 2 {
		t.Errorf("%v %+v", ok, s)
	}
	for _, none := range [][]Experience{nil, {{[]float64{1, 1}, []float64{1, 2}}}, {{[]float64{1, 1}, []float64{1, 2}}, {[]float64{1}, []float64{1}}}} {
		if s, ok := BuhlmannStraub(none); ok {
			t.Errorf("%v gives %+v", none, s)
		}
	}
}

// Laws: the unit of the weights changes s² only; every premium lies between the
// group's own mean and μ.
func TestCredibilityLaws(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for range 300 {
		var groups, scaled []Experience
		for range 4 + r.IntN(5) {
			var g, h Experience
			level := r.Float64() * 2
			for range 3 + r.IntN(9) {
				w, x := 1+99*r.Float64(), level+r.Float64()
				g.Weight, g.Ratio = append(g.Weight, w), append(g.Ratio, x)
				h.Weight, h.Ratio = append(h.Weight, 100*w), append(h.Ratio, x)
			}
			groups, scaled = append(groups, g), append(scaled, h)
		}
		s, _ := BuhlmannStraub(groups)
		big, _ := BuhlmannStraub(scaled)
		if !alike(100*s.Within, big.Within) || !alike(s.Mean, big.Mean) || math.Abs(s.Between-big.Between) > 1e-9 {
			t.Fatalf("%+v, scaled %+v", s, big)
		}
		for i, g := range groups {
			_, mean := g.total()
			if p := s.Premium(i, g); !alike(s.Z[i], big.Z[i]) || p < min(mean, s.Mean)-1e-12 || p > max(mean, s.Mean)+1e-12 {
				t.Fatalf("group %d: %v of %v and %v", i, p, mean, s.Mean)
			}
		}
	}
}
