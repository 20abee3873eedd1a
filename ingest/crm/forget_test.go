package crm

import (
	"testing"

	"crmreport/ingest/room"
)

// What a Book forgets is its rows; a text that a row had is read after, on the
// heap and in a Store alike.
func TestForget(t *testing.T) {
	store, err := room.Open(t.TempDir(), 1<<30, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range []*room.Store{nil, store} {
		const n = 100_000 // more than a page of rows
		b := &Book{CustomerRows: room.Reserve[Customer](in, nil, n)[:n], Splits: make([]Split, 1), Tables: map[string]bool{"customers": true}}
		b.Keep(in)
		for i := range b.CustomerRows {
			b.CustomerRows[i] = Customer{Name: "安和"}
		}
		room.Own(in, b.CustomerRows)
		name := b.CustomerRows[n-1].Name
		b.Forget()
		if len(b.CustomerRows) != 0 || len(b.Splits) != 1 || name != "安和" || !b.Has("customers") {
			t.Errorf("left are %d customers and %d splits, a name %q", len(b.CustomerRows), len(b.Splits), name)
		}
		b.Forget() // nothing is left to let go
		b.Release()
	}
}
