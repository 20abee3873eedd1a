package snapshot

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

var scopeIDs = []string{"company", "华东", "a,b", "R1"}

// computed is n random values of every shape, scope by scope or in any order.
func computed(r *rand.Rand, n int, byScope bool) []measure.Value {
	at := func(i int) measure.Slot {
		s := measure.Slot{Scope: crm.NodeNo(r.IntN(len(scopeIDs))), Period: crm.Period{Name: []string{"2025-W10", "2025-03", "2025"}[r.IntN(3)]}}
		if byScope {
			s.Scope = crm.NodeNo(i * len(scopeIDs) / n)
		}
		return s
	}
	var out []measure.Value
	for i := range n {
		metric, s := fmt.Sprint("m.", r.IntN(5)), at(i)
		v := measure.NewRatio(metric, s, r.Int64N(9), r.Int64N(3))
		switch r.IntN(4) {
		case 0:
			v = measure.NewMoney(metric, s, r.Int64N(1000)-500, []crm.Currency{"CNY", "JPY"}[r.IntN(2)])
		case 1:
			v = v.With(measure.Interval{Lo: measure.Bound{V: r.Float64(), OK: r.IntN(2) == 0}, Hi: measure.Bound{V: r.Float64() * 1e-8, OK: true}}, "wilson")
		case 2:
			iv := measure.Closed(0, r.Float64()*1e22)
			v.Bounds = &iv
		}
		v.Open = r.IntN(2) == 0
		out = append(out, v.Keyed([]string{"", "stage=\"x\"", "z"}[r.IntN(3)]).Flag(r.IntN(3) == 0, "late").Flag(r.IntN(3) == 0, "early"))
	}
	return out
}

func drafted(values []measure.Value) Values {
	d := NewPacker(scopeIDs).Draft()
	for part := range slices.Chunk(values, 7) {
		d.Add(part)
	}
	return Values{d.Sorted()}
}

// A draft loses nothing of a value, and sorts by metric, scope in tree order,
// period, key; those of one place stay as they came.
func TestDraft(t *testing.T) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 1))
		values := computed(r, 1+r.IntN(300), seed%2 == 0)
		got := drafted(values)
		slices.SortStableFunc(values, func(a, b measure.Value) int {
			return cmp.Or(strings.Compare(a.Metric, b.Metric), cmp.Compare(a.Slot.Scope, b.Slot.Scope), strings.Compare(a.Slot.Period.Name, b.Slot.Period.Name), strings.Compare(a.Key, b.Key))
		})
		var want []Value
		for _, v := range values {
			want = append(want, ValueOf(scopeIDs[v.Slot.Scope], v))
		}
		if all := slices.Collect(got.All()); !reflect.DeepEqual(all, want) || got.Len() != len(want) {
			t.Fatalf("seed %d: %d values are\n%+v\nwant\n%+v", seed, got.Len(), all, want)
		}
		if b := got[0]; b.First() != want[0].Metric || b.order != nil {
			t.Errorf("seed %d: the first metric is %s, want %s; in order: %v", seed, b.First(), want[0].Metric, b.order == nil)
		}
	}
}

// Values are found wherever they lie, and what is not there is not.
func TestFind(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 2))
		plain := slices.Collect(drafted(computed(r, 100, true)).All())
		r.Shuffle(len(plain), func(i, j int) { plain[i], plain[j] = plain[j], plain[i] })
		vs, last, keys, busy := ValuesOf(plain), map[[4]string]Value{}, map[string]map[string]bool{}, map[string]bool{}
		for _, v := range plain {
			last[[4]string{v.Metric, v.Scope, v.Period, v.Key}] = v
			if keys[v.Metric] == nil {
				keys[v.Metric] = map[string]bool{}
			}
			keys[v.Metric][v.Key] = true
			if v.Period == "2025" && v.OK && v.Num != 0 {
				busy[v.Scope] = true
			}
		}
		for at, want := range last {
			if got, ok := vs.Find(at[0], at[1], at[2], at[3]); !ok || !reflect.DeepEqual(got, want) {
				t.Fatalf("seed %d: %v is %+v, want %+v", seed, at, got, want)
			}
			for i := range at {
				other := at
				other[i] = "elsewhere"
				if got, ok := vs.Find(other[0], other[1], other[2], other[3]); ok {
					t.Fatalf("seed %d: %v is %+v", seed, other, got)
				}
			}
		}
		for metric, ks := range vs.Keys() {
			if len(ks) != len(keys[metric]) {
				t.Errorf("seed %d: keys of %s are %v, want %v", seed, metric, ks, keys[metric])
			}
		}
		if got := vs.Busy(map[string]bool{"2025": true}); !reflect.DeepEqual(got, busy) {
			t.Errorf("seed %d: busy are %v, want %v", seed, got, busy)
		}
	}
	if _, ok := (Values)(nil).Find("m", "", "", ""); ok {
		t.Error("something is found in nothing")
	}
}

// The objects are those that encoding/json makes of the same members.
func TestEncodeLikeTheLibrary(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	d := &Document{Definitions: []measure.Definition{{ID: "m.0", Kind: measure.Count}, {ID: "m.1", Kind: measure.Ratio}, {ID: "m.2", Kind: measure.Amount}, {ID: "m.3", Kind: measure.Score}},
		Values: drafted(computed(r, 500, false))}
	kinds := map[string]measure.Kind{}
	for _, def := range d.Definitions {
		kinds[def.ID] = def.Kind
	}
	var b bytes.Buffer
	if err := d.Encode(&b, All); err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(b.String(), `"values":[`)
	lines := strings.Split(text, "\n ")[1:]
	i := 0
	for v := range d.Values.All() {
		w := wireValue{Metric: v.Metric, Scope: v.Scope, Period: v.Period, Key: v.Key, CI: v.CI, Method: v.Method, Bounds: v.Bounds,
			N: v.N, Currency: v.Currency, Final: v.Final, Flags: v.Flags}
		if w.Flags == nil {
			w.Flags = []string{}
		}
		if k := kinds[v.Metric]; k != measure.Score {
			w.Num = fmt.Sprint(v.Num)
			if k == measure.Ratio || v.Den != 1 {
				w.Den = fmt.Sprint(v.Den)
			}
		}
		unit := 1.0
		if kinds[v.Metric] == measure.Amount { // amounts and their intervals are in major units
			unit = math.Pow10(crm.Currency(v.Currency).MinorDigits())
		}
		for _, iv := range []**[2]Bound{&w.CI, &w.Bounds} {
			if *iv == nil {
				continue
			}
			var major [2]Bound
			for k, end := range *iv {
				if end != nil {
					major[k] = ptr(*end / unit)
				}
			}
			*iv = &major
		}
		if v.OK {
			raw := json.RawMessage(fmt.Sprint(v.V / unit))
			if kinds[v.Metric] == measure.Amount && v.Den == 1 {
				raw = json.RawMessage(Major(v.Num, crm.Currency(v.Currency)))
			}
			w.Value = &raw
		}
		want, err := line(w)
		if got := lines[i][:len(want)]; err != nil || got != want {
			t.Fatalf("value %d is\n%s\nwant\n%s", i, got, want)
		}
		i++
	}
}

func BenchmarkValues(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	values := computed(r, 100_000, true)
	d := &Document{Scopes: []Scope{{ID: "company", Level: "company"}}, Values: drafted(values)}
	b.Run("Draft", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			drafted(values)
		}
	})
	b.Run("Encode", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			d.Encode(io.Discard, All)
		}
	})
	b.Run("EncodeCSV", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			d.EncodeCSV(io.Discard, All)
		}
	})
	b.Run("Find", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			d.Values.Find("m.1", "a,b", "2025", "z")
		}
	})
}
