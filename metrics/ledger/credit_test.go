package ledger

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/casetest"
)

// examples/commission/split_largest_remainder.
func TestSplit(t *testing.T) {
	const dir = "split_largest_remainder"
	var want struct {
		Items map[string]struct {
			Parts []int64 `json:"parts_cents"`
			Sum   int64   `json:"sum_cents"`
		}
	}
	casetest.JSON(t, &want, dir, "expected.json")
	amount, weights := map[string]int64{}, map[string][]int64{}
	for _, r := range casetest.CSV(t, dir, "splits.csv") {
		w, err := crm.ParseDecimal(r["share"])
		if err != nil {
			t.Fatal(err)
		}
		amount[r["item"]] = cny(t, r["amount"]).Minor
		weights[r["item"]] = append(weights[r["item"]], int64(w))
	}
	if len(want.Items) != 8 {
		t.Fatalf("%d items", len(want.Items))
	}
	for id, w := range want.Items {
		got, sum := Split(amount[id], weights[id]), int64(0)
		for _, n := range got {
			sum += n
		}
		if !reflect.DeepEqual(got, w.Parts) || sum != w.Sum {
			t.Errorf("%s: %v of %d, want %v of %d", id, got, sum, w.Parts, w.Sum)
		}
	}
}

// Rhymond/go-money (examples/published/money_split_go_money).
func TestSplitGoMoney(t *testing.T) {
	var want struct{ Split, Allocate [][]any }
	casetest.JSON(t, &want, "money_split_go_money", "expected.json")
	ints := func(v any) (out []int64) {
		for _, x := range v.([]any) {
			out = append(out, int64(x.(float64)))
		}
		return out
	}
	for _, c := range want.Split {
		weights := make([]int64, int(c[1].(float64)))
		for i := range weights {
			weights[i] = 1
		}
		if got := Split(int64(c[0].(float64)), weights); !reflect.DeepEqual(got, ints(c[2])) {
			t.Errorf("split %v: %v", c, got)
		}
	}
	for _, c := range want.Allocate {
		if got := Split(int64(c[0].(float64)), ints(c[1])); !reflect.DeepEqual(got, ints(c[2])) {
			t.Errorf("allocate %v: %v", c, got)
		}
	}
}

// The parts sum to the amount and are never a cent or more from their due, for
// amounts beyond 2^53 too.
func TestSplitSums(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 7))
		for range 200 {
			amount := r.Int64N(1<<55) - 1<<54
			weights := make([]int64, 1+r.IntN(6))
			for i := range weights {
				weights[i] = r.Int64N(int64(crm.One))
			}
			var sum int64
			for _, p := range Split(amount, weights) {
				sum += p
				if p != 0 && (p < 0) != (amount < 0) {
					t.Fatalf("%d by %v has a part %d", amount, weights, p)
				}
			}
			if sum != amount {
				t.Fatalf("%d by %v sums to %d", amount, weights, sum)
			}
		}
	}
	if got := Split(5, []int64{0, 0}); !reflect.DeepEqual(got, []int64{5, 0}) {
		t.Errorf("no weight: %v", got)
	}
	if Split(5, nil) != nil {
		t.Error("parts of nobody")
	}
}

func TestCredit(t *testing.T) {
	half := crm.One / 2
	b := &crm.Book{
		Contracts: []crm.Contract{{ID: "A", Rep: 4}, {ID: "B", Rep: 4}, {ID: "C", Rep: 4}, {ID: "D", Rep: 4}},
		Splits: []crm.Split{
			{Contract: "B", Rep: 1, Share: half}, {Contract: "B", Rep: 2, Share: half}, {Contract: "B", Rep: 3, Share: crm.One / 10, Overlay: true},
			{Contract: "C", Rep: 1, Share: 60 * crm.One}, {Contract: "C", Rep: 2, Share: 40 * crm.One},
			{Contract: "D", Rep: 1, Share: 600 * crm.One / 1000}, {Contract: "D", Rep: 2, Share: half},
			{Contract: "E", Rep: 1, Share: crm.One},
		}}
	s := NewSales(b)
	for _, c := range []struct {
		id   crm.ContractID
		want []Share
		over int
		ok   bool
	}{
		{"A", []Share{{4, 1e9}}, 0, true},           // the contract's own
		{"B", []Share{{1, 5e8}, {2, 5e8}}, 1, true}, // fractions; overlay beside them
		{"C", []Share{{1, 6e8}, {2, 4e8}}, 0, true}, // percents
		{"D", []Share{{4, 1e9}}, 0, false},          // 110 % is refused
		{"E", []Share{{1, 1e9}}, 0, true},           // splits of a contract we do not have
		{"F", nil, 0, true},                         // nobody
		{"", nil, 0, true},
	} {
		got, over, ok := s.Credit(c.id)
		if !reflect.DeepEqual(got, c.want) || len(over) != c.over || ok != c.ok {
			t.Errorf("%s: %v %v %v", c.id, got, over, ok)
		}
		room := []Share{{9, 9}}
		if got, over, ok := s.CreditOf(c.id, s.Contract(c.id), room); !reflect.DeepEqual(got, c.want) || len(over) != c.over || ok != c.ok {
			t.Errorf("%s at hand: %v %v %v", c.id, got, over, ok)
		}
	}
}

func TestContracts(t *testing.T) {
	var c Contracts
	if c.Find("A") != -1 {
		t.Error("the zero value knows one")
	}
	for _, rows := range [][]crm.Contract{{{ID: "C"}, {ID: "A"}, {ID: "B"}}, {{ID: "B"}}} {
		c.Reset(rows)
		for i, r := range rows {
			if n := c.Find(r.ID); n != i {
				t.Errorf("%s is row %d, want %d", r.ID, n, i)
			}
		}
		if c.Find("D") != -1 || c.Find("") != -1 {
			t.Error("what is not there is found")
		}
	}
	if c.Find("A") != -1 {
		t.Error("a row of the customer before is found")
	}
}
