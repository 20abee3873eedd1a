package funnel

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// snapshots are weekly pictures of the open pipeline as rows of a history, and
// the rows of them in which something changes.
func snapshots(t *testing.T, seed uint64) (all, changes []crm.StageEntry, deals []crm.Deal) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 11))
	first, asOf := date(t, "2024-04-01"), date(t, "2024-06-30")
	for i := range 30 {
		id := crm.DealID(fmt.Sprintf("D%02d", i))
		now := crm.StageEntry{Deal: id, Stage: 1, Rep: crm.RepNo(r.IntN(2)), Amount: crm.Money{Minor: 1000, Currency: "CNY"}, AmountKnown: true}
		day := first + crm.Date(7*r.IntN(10))
		now.ExpectedClose = day + 40
		var before crm.StageEntry
		for ; day <= asOf && r.IntN(9) > 0; day += 7 {
			switch r.IntN(5) {
			case 0:
				now.Stage = min(4, now.Stage+1)
			case 1:
				now.Amount.Minor += int64(r.IntN(900) - 400)
			case 2:
				now.ExpectedClose += crm.Date(r.IntN(30) - 10)
			case 3:
				now.Rep = crm.RepNo(r.IntN(2))
			}
			now.At, now.Line = day.At(), int32(len(all)+2)
			all = append(all, now)
			same := before
			if same.At, same.Line = now.At, now.Line; same != now {
				changes = append(changes, now)
			}
			before = now
		}
		if before.Deal == "" {
			continue
		}
		deals = append(deals, deal(id, func(d *crm.Deal) {
			d.Rep, d.Stage, d.Amount, d.AmountKnown, d.ExpectedClose, d.CreatedOn = before.Rep, before.Stage, before.Amount, true, before.ExpectedClose, first
			if before.At < (asOf - 6).At() { // it is in no later picture
				d.Status, d.ClosedOn = crm.DealStatus(1+r.IntN(2)), before.At.Date()+3
			}
		}))
	}
	return all, changes, deals
}

// Pictures of the open pipeline, taken every week and read as a history, say the
// same as a history of changes: the bridge may rest on either.
func TestSnapshotsAreAHistory(t *testing.T) {
	names, spells := twoTeams(t)
	for seed := range uint64(20) {
		all, changes, deals := snapshots(t, seed)
		of := func(rows []crm.StageEntry) []measure.Value {
			return compute(book(t, "2024-06-30", names, spells, deals, rows), DefaultOptions()).Values
		}
		x, y := of(all), of(changes)
		if len(all) == len(changes) || len(x) != len(y) {
			t.Fatalf("seed %d: %d rows and %d changes give %d and %d values", seed, len(all), len(changes), len(x), len(y))
		}
		for i := range x {
			if !reflect.DeepEqual(x[i], y[i]) {
				t.Fatalf("seed %d: %+v, of changes alone %+v", seed, x[i], y[i])
			}
		}
	}
}
