package measure

import (
	"math"
	"reflect"
	"testing"

	"crmreport/ingest/crm"
)

// A ratio keeps its terms as they were counted; only the scale of split credit
// is taken out. Den 0 is no data, and keeps its Num.
func TestRatios(t *testing.T) {
	const one = int64(crm.One)
	for name, c := range map[string]struct {
		v        Value
		num, den int64
		x        float64
		ok       bool
	}{
		"whole":               {NewRatio("m", Slot{}, 840, 100), 840, 100, 8.4, true},
		"ten million yuan":    {NewRatio("m", Slot{}, 500_000_000, 1_000_000_000), 500_000_000, 1_000_000_000, 0.5, true},
		"no data":             {NewRatio("m", Slot{}, 800, 0), 800, 0, 0, false},
		"nano, whole":         {NewNanoRatio("m", Slot{}, 840*one, 100*one), 840, 100, 8.4, true},
		"nano, half a credit": {NewNanoRatio("m", Slot{}, 16*one, 3*one/2), 32, 3, 16 / 1.5, true},
		"nano, no data":       {NewNanoRatio("m", Slot{}, 16*one, 0), 16, 0, 0, false},
		"shares":              {NewShares("m", Slot{}, 3*one/2), 3, 2, 1.5, true},
		"whole shares":        {NewShares("m", Slot{}, 7*one), 7, 1, 7, true},
		"no shares":           {NewShares("m", Slot{}, 0), 0, 1, 0, true},
	} {
		if c.v.Num != c.num || c.v.Den != c.den || c.v.OK != c.ok || math.Abs(c.v.V-c.x) > 1e-12 {
			t.Errorf("%s: %+v", name, c.v)
		}
	}
}

func TestRealRefusesNaN(t *testing.T) {
	for _, x := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if v := NewReal("m", Slot{}, x); v.OK || v.V != 0 {
			t.Errorf("%v is a value: %+v", x, v)
		}
	}
}

func TestFlagsAreSortedAndOnce(t *testing.T) {
	v := Value{}.Flag(true, "b").Flag(true, "a").Flag(false, "x").Flag(true, "c").Flag(true, "b")
	if !reflect.DeepEqual(v.Flags, []string{"a", "b", "c"}) {
		t.Errorf("flags are %v", v.Flags)
	}
}

// A week that ended is compared with the whole week before; a running month
// with as many working days of the month before. On Sunday 9 March
// 2025 five working days of March have passed; the first five of February end
// on Friday the 7th.
func TestFrame(t *testing.T) {
	b := &crm.Book{AsOf: crm.DateOf(2025, 3, 9), Reps: &crm.Names[crm.RepNo]{}, Calendar: crm.NewCalendar(nil, nil, nil)}
	b.Org = crm.NewOrg(b.Reps, nil)
	f := NewFrame(b)
	got := map[string]string{}
	for i, p := range f.Comparable {
		got[f.Current[i].Name] = p.Name + " " + p.Start.String() + " " + (p.End - 1).String()
	}
	want := map[string]string{
		"2025-W10": "2025-W09 2025-02-24 2025-03-02",
		"2025-03":  "2025-02~d5 2025-02-01 2025-02-09",
		// 1 January to 9 March has 23 + 20 + 5 = 48 weekdays; from 1 October so
		// many are 23 + 21 + 4, up to Thursday 5 December.
		"2025-Q1": "2024-Q4~d48 2024-10-01 2024-12-05",
		"2025":    "2024~d48 2024-01-01 2024-03-06",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("comparable stretches are\n%v\nwant\n%v", got, want)
	}
	// On a Friday no weekend is over, on a Saturday one day of it is: no more is held
	// against them. Of February the 7th is the fifth working day.
	for asOf, end := range map[crm.Date]crm.Date{crm.DateOf(2025, 3, 7): crm.DateOf(2025, 2, 8), crm.DateOf(2025, 3, 8): crm.DateOf(2025, 2, 9)} {
		b.AsOf = asOf
		if p := NewFrame(b).Comparable[crm.Month]; p.Name != "2025-02~d5" || p.End != end {
			t.Errorf("by %v %v", asOf, p)
		}
	}
	if n := len(f.Wanted(crm.Root, true)); n != 4+4-1+4*12 { // the week before is one of the 12
		t.Errorf("%d periods are wanted", n)
	}
	if f.Running(f.Current[0]) || !f.Running(f.Current[1]) {
		t.Error("the week is over on its Sunday, the month is not")
	}
}

// by a region's own calendar. By Saturday 8 March 2025 the company has had 5
// working days of the month and a day off, as in February by the 8th. In a region
// of six days it is 7, the last of them today; 7 of February, of which the 5th was off
// there, are over by Monday the 10th.
func TestFrameByOwnCalendar(t *testing.T) {
	holiday := []crm.CalendarDay{{Date: crm.DateOf(2025, 2, 5), Region: "six"}}
	b := &crm.Book{AsOf: crm.DateOf(2025, 3, 8), Reps: &crm.Names[crm.RepNo]{}, Calendar: crm.NewCalendar([]string{"six"}, holiday, nil)}
	spell := func(id, region string) crm.Spell {
		return crm.Spell{Rep: b.Reps.Number(id), Team: "T", Region: region, Manager: crm.NoRep, From: crm.NoDate, To: crm.NoDate, HiredOn: crm.NoDate, LeftOn: crm.NoDate}
	}
	b.Org = crm.NewOrg(b.Reps, []crm.Spell{spell("A", "five"), spell("B", "six")})
	f := NewFrame(b)
	stretch := f.Comparable[crm.Month]
	ninth, eleventh := crm.DateOf(2025, 2, 9), crm.DateOf(2025, 2, 11)
	if stretch.Name != "2025-02~d5" || stretch.End != ninth || f.End(stretch, "six") != ninth {
		t.Fatalf("%v, in six %v", stretch, f.End(stretch, "six"))
	}
	own := f.ByOwnCalendar()
	if own.End(stretch, "five") != ninth || own.End(stretch, "six") != eleventh {
		t.Errorf("five ends %v, six %v", own.End(stretch, "five"), own.End(stretch, "six"))
	}
	if end, uneven := own.Latest(stretch); end != eleventh || !uneven {
		t.Errorf("ends %v, uneven %v", end, uneven)
	}
	if end, uneven := own.Latest(f.Current[crm.Month]); end != f.Current[crm.Month].End || uneven {
		t.Errorf("the month ends %v, uneven %v", end, uneven)
	}
	for _, c := range []struct {
		frame *Frame
		rep   string
		want  int
	}{{own, "A", 0}, {own, "B", 1}, {f, "A", 0}, {f, "B", 0}} {
		leaf := b.Org.Leaf(b.Reps.Lookup(c.rep), ninth)
		if n := len(c.frame.Stretches([]crm.Period{stretch}).Of(leaf, ninth)); n != c.want {
			t.Errorf("%s on the 9th: in %d stretches, want %d", c.rep, n, c.want)
		}
	}
}
