package metrics

import (
	"math"
	"slices"
	"strings"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/ingest/sample"
	"crmreport/metrics/measure"
)

// writeSample writes a small sample.
func writeSample(t *testing.T, dir string) {
	t.Helper()
	if _, err := sample.Write(dir, sample.Options{Reps: 5, Weeks: 9, Seed: 3}); err != nil {
		t.Fatal(err)
	}
}

// Where a formula is shown with numbers in it, they come to the number: every
// value of a sample's current periods whose metric has a formula, and each
// formula at least once.
func TestFormulasGiveTheNumbers(t *testing.T) {
	dir := t.TempDir()
	if _, err := sample.Write(dir, sample.Options{Reps: 5, Weeks: 20, Seed: 3}); err != nil { // three months behind the current one
		t.Fatal(err)
	}
	b, inputs := read(t, dir)
	x := newExplainer(b, DefaultOptions())
	kinds := map[string]measure.Kind{}
	for _, d := range Definitions() {
		kinds[d.ID] = d.Kind
	}
	for entry := range formulas {
		if id, _, _ := strings.Cut(entry, "|"); kinds[id] == "" {
			t.Errorf("a formula of %s, which is no metric", id)
		}
	}
	shown := map[string]bool{}
	for _, p := range x.frame.Current {
		for scope := range b.Org.Nodes {
			slot := measure.Slot{Scope: crm.NodeNo(scope), Period: p}
			others := func(s measure.Slot) []measure.Value {
				if s.Scope == crm.Root && s.Period == x.frame.Current[0] {
					return slices.Concat(x.all(s), dataValues(inputs, s))
				}
				return x.all(s)
			}
			for _, v := range others(slot) {
				terms := x.worked(v, others)
				if terms == nil {
					continue
				}
				if _, ok := formulas[v.Metric+"|"+v.Key]; ok {
					shown[v.Metric+"|"+v.Key] = true
				}
				shown[v.Metric] = true
				if v.Metric == "commission.payout" { // no sum is shown that misses the number
					off := v
					if off.Num++; x.worked(off, others) != nil {
						t.Fatalf("%+v is shown as a sum that it is not", off)
					}
				}
				if kinds[v.Metric] == measure.Effect {
					continue // its formula lists sums
				}
				if got := comesTo(t, terms); math.Abs(got-v.V) > 1e-9*math.Abs(v.V) {
					t.Errorf("%s %s of %s in %s: the formula comes to %v, the value is %v", v.Metric, v.Key, b.Org.Nodes[scope].ID, p.Name, got, v.V)
				}
			}
		}
	}
	for entry := range formulas {
		if !shown[entry] && !strings.HasSuffix(entry, "_shapley|base=previous") && !strings.HasSuffix(entry, "_shapley|base=plan") {
			t.Errorf("%s was never shown", entry)
		}
	}
}

// all are the values of every family in a slot.
func (x *explainer) all(s measure.Slot) []measure.Value {
	var out []measure.Value
	for _, id := range []string{"conversion.visits", "renewal.due", "receivables.balance", "commission.payout", "forecast.actual", "funnel.reached"} {
		out = append(out, x.values(id, s)...)
	}
	return out
}

// comesTo works a formula out, from left to right, × and ÷ before + and −.
func comesTo(t *testing.T, terms []Term) float64 {
	t.Helper()
	total, product, sign := 0.0, math.NaN(), 1.0
	op, held, inside := "", 0.0, false
	for _, term := range terms {
		switch {
		case term.Sign == "(":
			held, inside = total+sign*product, true
			total, product, sign = 0, math.NaN(), 1
		case term.Sign == ")": // only after ÷, as a last term
			total, inside = held/(total+sign*product), false
			product = 0
		case term.Sign == "+" || term.Sign == "−":
			total, product, sign = total+sign*product, math.NaN(), 1
			if term.Sign == "−" {
				sign = -1
			}
			op = ""
		case term.Sign != "":
			op = term.Sign
		case op == "×":
			product *= term.Value.V
		case op == "÷":
			product /= term.Value.V
		default:
			product = term.Value.V
		}
	}
	if inside {
		t.Fatal("a bracket is open")
	}
	return total + sign*product
}
