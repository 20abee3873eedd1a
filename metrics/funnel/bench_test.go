package funnel

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// yearBook is a year of sales: reps in teams of ten, five teams an area, two
// deals a rep and week through six stages, most of them closed by now.
func yearBook(b *testing.B, reps int) *crm.Book {
	r := rand.New(rand.NewPCG(1, 9))
	names := &crm.Names[crm.RepNo]{}
	var spells []crm.Spell
	var deals []crm.Deal
	var rows []crm.StageEntry
	asOf := date(b, "2025-06-29")
	for i := range reps {
		rep := names.Number(fmt.Sprintf("R%04d", i))
		spells = append(spells, crm.Spell{Rep: rep, Role: crm.Seller, Team: fmt.Sprint("T", i/10), Area: fmt.Sprint("A", i/50),
			Region: fmt.Sprint("G", i/200), Manager: crm.NoRep, From: crm.NoDate, To: crm.NoDate, HiredOn: crm.NoDate, LeftOn: crm.NoDate})
		for k := range 104 {
			id := crm.DealID(fmt.Sprintf("D%04d-%03d", i, k))
			d := deal(id, func(d *crm.Deal) { d.Rep, d.AmountKnown = rep, true })
			d.Amount = crm.Money{Minor: int64(1 + r.IntN(9_000_000)), Currency: "CNY"}
			at := (asOf - crm.Date(365-k*7/2)).At() + crm.Stamp(r.IntN(86400))
			e := crm.StageEntry{Deal: id, Stage: 1, Rep: rep, Amount: d.Amount, AmountKnown: true, ExpectedClose: crm.NoDate}
			for at < (asOf+1).At() && !e.Stage.Terminal() {
				e.At, e.Line, e.Sequence = at, int32(len(rows)), e.Sequence+1
				rows = append(rows, e)
				d.Stage = e.Stage
				at += crm.Stamp(60 * r.IntN(20*24*60))
				switch e.Stage += crm.Stage(1 + r.IntN(8)/7); {
				case r.IntN(5) == 0:
					e.Stage = crm.Lost
				case e.Stage > 6:
					e.Stage = crm.Won
				}
			}
			deals = append(deals, d)
		}
	}
	out := book(b, "2025-06-29", names, spells, deals, rows)
	out.Pipeline = crm.DefaultPipeline()
	return out
}

// A build: everything of 200 reps.
func BenchmarkCompute(b *testing.B) {
	book := yearBook(b, 200)
	f := measure.NewFrame(book)
	b.ReportAllocs()
	for b.Loop() {
		Compute(book, f, DefaultOptions())
	}
}

// What an explanation does over and over: one number of one deal.
func BenchmarkComputeDeal(b *testing.B) {
	book := yearBook(b, 200)
	f := measure.NewFrame(book)
	part := *book
	for l := range book.DealLogs() {
		part.Deals, part.Stages = []crm.Deal{*l.Deal}, l.Entries
	}
	narrow := f.Narrowed(measure.Slot{Scope: crm.Root, Period: f.Current[1]})
	b.ReportAllocs()
	for b.Loop() {
		Compute(&part, narrow, DefaultOptions())
	}
}
