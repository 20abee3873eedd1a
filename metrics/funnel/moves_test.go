package funnel

import (
	"strings"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// bridgeOf reads a unit's bridge in a period by the words of its changes.
func bridgeOf(b *crm.Book, r measure.Result, metric, scope, period string) map[string]int64 {
	out := map[string]int64{}
	for _, v := range r.Values {
		if v.Metric == "funnel."+metric && b.Org.Nodes[v.Slot.Scope].ID == scope && v.Slot.Period.Name == period {
			out[strings.TrimPrefix(v.Key, "change=")] = v.Num
		}
	}
	return out
}

func checkBridge(t *testing.T, b *crm.Book, r measure.Result, metric, scope, period string, want map[string]int64) {
	t.Helper()
	got := bridgeOf(b, r, metric, scope, period)
	for _, word := range changeWords {
		if n := got[word]; n != want[word]*100 {
			t.Errorf("%s of %s in %s: %s is %d, want %d", metric, scope, period, word, n, want[word]*100)
		}
	}
}

// rowsOf is entries with an amount in yuan, an expected close and a rep a row,
// 0 and "-" for none: "S1@2024-06-01/100/2024-07-01/r1".
func rowsOf(t *testing.T, names *crm.Names[crm.RepNo], id crm.DealID, history string) []crm.StageEntry {
	t.Helper()
	var out []crm.StageEntry
	for i, text := range strings.Fields(history) {
		part := strings.Split(text, "/")
		e := entries(t, id, part[0])[0]
		e.Line = int32(100*len(id) + i)
		if minor, err := crm.ParseMinor(part[1], 2); err != nil {
			t.Fatal(err)
		} else if minor > 0 {
			e.Amount, e.AmountKnown = crm.Money{Minor: minor, Currency: "CNY"}, true
		}
		if part[2] != "-" {
			e.ExpectedClose = date(t, part[2])
		}
		if part[3] != "-" {
			e.Rep = names.Lookup(part[3])
		}
		out = append(out, e)
	}
	return out
}

// Every change of the bridge once, in June 2024. r1 is in team A until 15 June,
// in B from the 16th on; r2 is in B.
func TestMovement(t *testing.T) {
	names, spells := twoTeams(t)
	var rows []crm.StageEntry
	add := func(id crm.DealID, history string) { rows = append(rows, rowsOf(t, names, id, history)...) }
	add("grows", "S1@2024-05-01/100/2024-06-20/r2 S1@2024-06-05/150/2024-06-20/r2 S2@2024-06-07/140/2024-06-20/r2")
	add("won", "S1@2024-05-01/200/2024-06-10/r2 won@2024-06-10/220/2024-06-10/r2") // grown by 20 at the close
	add("lost", "S1@2024-05-02/300/2024-07-10/r2 lost@2024-06-11/0/-/r2")
	add("void", "S1@2024-05-03/400/2024-06-30/r2 void@2024-06-12/0/-/r2")
	add("fast", "S1@2024-06-03/500/2024-06-25/r2 won@2024-06-04/500/-/r2") // created and won inside
	add("again", "S1@2024-03-01/600/2024-06-01/r2 lost@2024-04-01/600/-/r2 S2@2024-06-13/650/2024-08-01/r2")
	add("anew", "S1@2024-01-05/700/2024-02-01/r2 lost@2024-01-20/700/-/r2 S1@2024-06-14/710/2024-08-01/r2") // 146 days: deal#2
	add("pulled", "S1@2024-05-05/800/2024-09-01/r2 S1@2024-06-15/810/2024-06-28/r2")
	add("pushed", "S1@2024-05-06/900/2024-06-15/r2 S1@2024-06-16/890/2024-07-15/r2 S2@2024-06-17/890/2024-08-15/r2")
	add("blank", "S1@2024-05-07/0/-/r2 S2@2024-06-08/30/-/r2")
	add("moves", "S1@2024-05-08/1000/2024-06-29/r1")                                  // with r1 from A to B
	add("given", "S1@2024-05-09/2000/2024-06-29/r2 S2@2024-06-20/2000/2024-06-29/r2") // nobody's news
	b := book(t, "2024-06-30", names, spells, nil, rows)
	r := compute(b, DefaultOptions())
	const june = "2024-06"
	checkBridge(t, b, r, "movement", "company", june, map[string]int64{
		"start":    100 + 200 + 300 + 400 + 800 + 900 + 0 + 1000 + 2000,
		"created":  500 + 710,
		"reopened": 650,
		"grown":    40 + 20 + 10 + 30, // grows, won, pulled, blank
		"shrunk":   -10,               // pushed
		"won":      -220 - 500, "lost": -300, "void": -400,
		"end": 140 + 650 + 710 + 810 + 890 + 30 + 1000 + 2000,
	})
	checkBridge(t, b, r, "movement_due", "company", june, map[string]int64{
		"start":   100 + 200 + 400 + 900 + 1000 + 2000,
		"created": 500, "grown": 40 + 20, "pulled_in": 810, "pushed_out": -900,
		"won": -220 - 500, "void": -400,
		"end": 140 + 810 + 1000 + 2000,
	})
	checkBridge(t, b, r, "movement", "A", june, map[string]int64{"start": 1000, "transferred": -1000})
	if of := bridgeOf(b, r, "movement", "B", june); of["transferred"] != 100000 || of["end"] != 623000 {
		t.Errorf("B: %v", of)
	}
	// Pushes: of June 16 and 17, both by r2; of no other deal.
	ratio(t, got(t, b, r, "close_pushes", "company", june, ""), 2, 1)
	ratio(t, got(t, b, r, "pushed_deals", "company", june, ""), 1, 1)
	ratio(t, got(t, b, r, "close_pushes", "A", june, ""), 0, 1)
	// Overdue: grows 20, pulled 28, moves and given 29 June.
	ratio(t, got(t, b, r, "close_overdue", "company", june, ""), 4, 1)
	ratio(t, got(t, b, r, "close_overdue_amount", "company", june, ""), (140+810+1000+2000)*100, 1)
	ratio(t, got(t, b, r, "open_by_close", "company", june, "close=2024-08"), 3, 1)
	ratio(t, got(t, b, r, "open_by_close", "company", june, "close=none"), 1, 1)
	for _, l := range r.Lists {
		if l.ID == "funnel.pushed_deals" && (len(l.Rows) != 1 || l.Rows[0].Cells[0].Text != "pushed" || l.Rows[0].Cells[4].Num != 2 || l.Rows[0].Cells[7].Num != 61) {
			t.Errorf("pushed: %+v", l.Rows) // 15 June to 15 August
		}
		if l.ID == "funnel.close_overdue" && (len(l.Rows) != 4 || l.Rows[0].Cells[0].Text != "grows" || l.Rows[0].Cells[5].Num != 10) {
			t.Errorf("overdue: %+v", l.Rows)
		}
	}
}

// What the deals table says of an open deal is so on the as-of day; of deals
// without history it is all there is. Amounts are at the rate of the end.
func TestMovementOfDeals(t *testing.T) {
	open := func(id crm.DealID, created, due string, yuan int64, with func(*crm.Deal)) crm.Deal {
		return deal(id, func(d *crm.Deal) {
			d.CreatedOn, d.ExpectedClose = date(t, created), date(t, due)
			d.Amount, d.AmountKnown = amount(yuan, "CNY")
			if with != nil {
				with(d)
			}
		})
	}
	deals := []crm.Deal{
		open("A", "2024-05-01", "2024-07-10", 10, nil),
		open("B", "2024-06-05", "2024-06-10", 20, nil),
		open("C", "2024-05-01", "2024-06-10", 40, func(d *crm.Deal) { d.Status, d.ClosedOn = crm.DealWon, date(t, "2024-06-20") }),
		open("D", "2024-05-01", "2024-06-10", 80, func(d *crm.Deal) { d.Status = crm.DealLost }), // nobody knows when
		open("E", "2024-05-01", "2024-06-10", 5, func(d *crm.Deal) { d.Amount.Currency = "USD" }),
		open("H", "2024-05-01", "2024-06-10", 300, nil), // its history says 250, then 280
		open("I", "2024-05-01", "2024-06-10", 7, nil),   // its history has no amounts
	}
	rows := rowsOf(t, nil, "H", "S1@2024-05-01/250/-/- S2@2024-06-02/280/-/-")
	rows = append(rows, rowsOf(t, nil, "I", "S1@2024-05-01/0/-/- S2@2024-06-02/0/-/-")...)
	b := book(t, "2024-06-30", nil, nil, deals, rows)
	b.FX = crm.NewFX([]crm.FXRate{{Currency: "USD", Date: date(t, "2024-04-01"), Rate: 6 * crm.One}, {Currency: "USD", Date: date(t, "2024-06-30"), Rate: 8 * crm.One}})
	r := compute(b, DefaultOptions())
	checkBridge(t, b, r, "movement", "company", "2024-06", map[string]int64{
		"start": 10 + 40 + 40 + 250 + 7, "created": 20, "grown": 50, "won": -40, "end": 10 + 20 + 40 + 300 + 7})
	v := got(t, b, r, "close_pushes", "company", "2024-06", "")
	if v.OK || !flagged(v, "no_expected_close_history") {
		t.Errorf("pushes without a history of them: %+v", v)
	}
}

// The bridge closes exactly at every unit; nothing is transferred at the
// company; the end of a current period is the open amount; and a child's
// bridges add up to the parent's (TestLevelsAddUp).
func TestBridgeCloses(t *testing.T) {
	for seed := range uint64(seeds) {
		b := randomBook(t, seed)
		r := compute(b, DefaultOptions())
		type at struct {
			metric string
			slot   measure.Slot
		}
		rest, moved := map[at]int64{}, int64(0)
		for _, v := range r.Values {
			if v.Metric != "funnel.movement" && v.Metric != "funnel.movement_due" {
				continue
			}
			k := at{v.Metric, v.Slot}
			switch v.Key {
			case "change=end":
				rest[k] -= v.Num
				if open, _ := find(b, r, "open_amount", b.Org.Nodes[v.Slot.Scope].ID, v.Slot.Period.Name, ""); v.Metric == "funnel.movement" && open.Metric != "" && open.Num != v.Num {
					t.Errorf("seed %d: %v ends with %d, open are %d", seed, v.Slot, v.Num, open.Num)
				}
			case "change=transferred":
				if moved += max(v.Num, -v.Num); v.Slot.Scope == crm.Root && v.Num != 0 {
					t.Errorf("seed %d: %d transferred at the company in %s", seed, v.Num, v.Slot.Period.Name)
				}
				rest[k] += v.Num
			default:
				rest[k] += v.Num
			}
		}
		if len(rest) == 0 || seed == 0 && moved == 0 {
			t.Fatalf("seed %d: no bridge, or a tame one", seed)
		}
		for k, n := range rest {
			if n != 0 {
				t.Errorf("seed %d: %v does not close: %d", seed, k, n)
			}
		}
	}
}

// The funnel ends with the cash (metrics.md 2.2).
func TestCollected(t *testing.T) {
	names, spells := twoTeams(t)
	rows := rowsOf(t, names, "A", "S1@2024-05-01/10/-/r1 won@2024-06-10/20/-/r1 collected@2024-06-20/0/-/r2 collected@2024-06-25/0/-/r2")
	rows = append(rows, rowsOf(t, names, "B", "S1@2024-05-02/0/-/r2 collected@2024-06-21/40/-/r2")...)                                           // the signing is implied
	rows = append(rows, rowsOf(t, names, "C", "S1@2024-05-03/80/-/r2 won@2024-06-01/0/-/r2")...)                                                 // not yet
	rows = append(rows, rowsOf(t, names, "D", "S1@2024-05-04/5/-/r2 won@2024-06-01/0/-/r2 collected@2024-06-02/0/-/r2 S4@2024-06-05/0/-/r2")...) // withdrawn
	rows = append(rows, rowsOf(t, names, "V", "S1@2024-05-05/7/-/r2 void@2024-06-01/0/-/r2 collected@2024-06-02/0/-/r2")...)
	b := book(t, "2024-06-30", names, spells, nil, rows)
	r := compute(b, DefaultOptions())
	ratio(t, got(t, b, r, "reached", "company", "2024-05", "stage=collected"), 2, 1)
	ratio(t, got(t, b, r, "reached", "company", "2024-05", "stage=won"), 3, 1)
	v := got(t, b, r, "step_conversion", "company", "2024-Q2", "stage=won")
	if ratio(t, v, 2, 3); !flagged(v, "immature") || v.Bounds.Hi.V != 1 || !v.Open {
		t.Errorf("C's money may come: %+v", v)
	}
	ratio(t, got(t, b, r, "collected", "company", "2024-06", ""), 2, 1)
	ratio(t, got(t, b, r, "collected_amount", "company", "2024-06", ""), 6000, 1) // 20 of the signing, 40
	ratio(t, got(t, b, r, "collected", "B", "2024-06", ""), 2, 1)                 // both by r2
	ratio(t, got(t, b, r, "collected", "A", "2024-06", ""), 0, 1)
	ratio(t, got(t, b, r, "won", "company", "2024-06", ""), 3, 1)
	// Nothing of it where the history has no cash.
	r = compute(book(t, "2024-06-30", names, spells, nil, rows[:2]), DefaultOptions())
	if _, ok := find(b, r, "reached", "company", "2024-05", "stage=collected"); ok {
		t.Error("a stage that the history does not know")
	}
}

// amounts at the first entry, of won ones at close, never today's.
func TestReachedAmount(t *testing.T) {
	names, spells := twoTeams(t)
	// Edited to 15 in S1, S2 entered with what was known then, S3 skipped.
	rows := rowsOf(t, names, "A", "S1@2024-06-01/10/-/r2 S1@2024-06-02/15/-/r2 S2@2024-06-02/0/-/r2 S4@2024-06-05/30/-/r2 S4@2024-06-06/35/-/r2 won@2024-06-10/40/-/r2")
	rows = append(rows, rowsOf(t, names, "B", "S1@2024-06-01/0/-/r2 S2@2024-06-04/7/-/r2")...) // nobody knew in S1
	rows = append(rows, rowsOf(t, names, "C", "S1@2024-06-02/3/-/r1 lost@2024-06-20/3/-/r2")...)
	deals := []crm.Deal{deal("B", func(d *crm.Deal) { d.Amount, d.AmountKnown = amount(99, "CNY") })}
	b := book(t, "2024-06-30", names, spells, deals, rows)
	r := compute(b, DefaultOptions())
	for key, want := range map[string][2]int64{"stage=S1": {13, 2}, "stage=S2": {22, 2}, "stage=S3": {30, 1}, "stage=S4": {30, 1}, "stage=won": {40, 1}} {
		v := got(t, b, r, "reached_amount", "company", "2024-06", key)
		if ratio(t, v, want[0]*100, 1); v.N != want[1] || flagged(v, "no_amount") != (key == "stage=S1") {
			t.Errorf("%s: %+v", key, v)
		}
	}
	ratio(t, got(t, b, r, "step_conversion_value", "company", "2024-06", "stage=S1"), 2200, 1300)
	ratio(t, got(t, b, r, "step_conversion_value", "company", "2024-06", "stage=S4"), 4000, 3000)
	ratio(t, got(t, b, r, "reached_amount", "A", "2024-06", "stage=S1"), 300, 1)
}
