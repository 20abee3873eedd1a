package metrics

import (
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"crmreport/ingest"
	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
)

// exports writes tables by name and returns their folder.
func exports(t *testing.T, tables map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range tables {
		if err := os.WriteFile(filepath.Join(dir, name+".csv"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// read reads the exports in dir whatever is wrong with them.
func read(t *testing.T, dir string) (*crm.Book, []snapshot.Input) {
	t.Helper()
	fsys, o := os.DirFS(dir), ingest.DefaultOptions()
	var err error
	if o.Sources, err = ingest.DefaultSources(fsys); err != nil {
		t.Fatal(err)
	}
	o.MaxRejects, o.AsOf = crm.One, crm.DateOf(2025, 6, 29)
	b, rep, err := ingest.Read(fsys, o)
	if err != nil {
		t.Fatal(err)
	}
	return b, receipts(rep)
}

func receipts(rep *ingest.Report) []snapshot.Input {
	var out []snapshot.Input
	for _, r := range rep.Receipts {
		in := snapshot.Input{Table: r.Table, File: r.File, Read: int64(r.Read), Accepted: int64(r.Accepted),
			Duplicates: int64(r.Duplicates), Rejected: int64(r.Rejected), Skipped: int64(r.Skipped), FutureRows: int64(r.FutureRows)}
		for _, x := range rep.Rejects[r.Table] {
			in.Refused = append(in.Refused, snapshot.Refused(x.Left))
		}
		out = append(out, in)
	}
	return out
}

// The bounds hold: rows are spoilt, in a way that leaves their day or amount
// readable or not; the numbers of the whole files lie within what the rejected
// rows are said to be able to make of the others.
func TestWhatIsRejectedIsWithinItsBounds(t *testing.T) {
	dir := t.TempDir()
	writeSample(t, dir)
	b, in := read(t, dir)
	whole, err := Compute(b, in, DefaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	for v := range whole.Values.All() {
		if v.Metric == ifRejectedID && v.OK && (v.Bounds == nil || *v.Bounds[0] != v.V || *v.Bounds[1] != v.V || len(v.Flags) > 0) {
			t.Errorf("nothing is rejected, and %s is between %v", v.Key, v.Bounds)
		}
	}
	spoilt := map[string][]string{ // a table's columns to spoil
		"visits": {"met_role", "start_at", "rep_id"}, "audits": {"result"}, "contracts": {"type", "amount", "sign_date"}, "invoices": {"due_date", "amount"},
		"leads": {"assigned_at", "rep_id"}, "coaching": {"date", "rep_id"}, "targets": {"value"}, "forecasts": {"submitted_at", "amount"}, "successions": {"signed_date"},
		"payments": {"kind", "date"}, "adjustments": {"kind", "amount"}, "deals": {"status"}, "stage_history": {"stage"}, "customers": {"customer_id"},
	}
	bounded, tight := map[string]int{}, 0
	for seed := range uint64(24) {
		r := rand.New(rand.NewPCG(seed, 4))
		bad := t.TempDir()
		spoil(t, r, dir, bad, spoilt)
		b, in := read(t, bad)
		doc, err := Compute(b, in, DefaultOptions())
		if err != nil {
			t.Fatal(err)
		}
		for v := range doc.Values.All() {
			if v.Metric != ifRejectedID || v.Bounds == nil {
				continue
			}
			id := strings.TrimPrefix(v.Key, "metric=")
			real, ok := whole.Values.Find(ifRejectedID, v.Scope, v.Period, v.Key)
			if !ok || !real.OK {
				continue
			}
			bounded[id]++
			lo, hi := v.Bounds[0], v.Bounds[1]
			if lo != nil && real.V < *lo-1e-9 || hi != nil && real.V > *hi+1e-9 {
				t.Errorf("seed %d: %s in %s: %v with the rejected rows, said to be from %s to %s (%v without, n %d)", seed, id, v.Period, real.V, show(lo), show(hi), v.V, v.N)
			}
			if lo != nil && hi != nil && *lo < v.V && v.V < *hi {
				tight++
			}
		}
	}
	for id := range effects {
		if bounded[id] == 0 {
			t.Errorf("%s never had bounds", id)
		}
	}
	t.Logf("%v, %d with both ends apart", bounded, tight)
}

func show(b snapshot.Bound) string {
	if b == nil {
		return "…"
	}
	return fmt.Sprint(*b)
}

// spoil copies the exports and makes some rows of some tables unreadable.
func spoil(t *testing.T, r *rand.Rand, from, to string, columns map[string][]string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(from, "*.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		records, err := csv.NewReader(f).ReadAll()
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		table := strings.TrimSuffix(filepath.Base(file), ".csv")
		if cs := columns[table]; len(cs) > 0 && len(records) > 1 && r.IntN(3) > 0 && (table != "customers" || r.IntN(4) == 0) {
			at := map[string]int{}
			for i, name := range records[0] {
				at[name] = i
			}
			for range 1 + r.IntN(12) {
				row := records[1+r.IntN(len(records)-1)]
				column := cs[r.IntN(len(cs))]
				row[at[column]] = map[bool]string{true: "", false: "??"}[strings.HasSuffix(column, "_id")]
			}
		}
		out, err := os.Create(filepath.Join(to, filepath.Base(file)))
		if err != nil {
			t.Fatal(err)
		}
		w := csv.NewWriter(out)
		if err := w.WriteAll(records); err != nil {
			t.Fatal(err)
		}
		out.Close()
	}
}

// By hand: 10 visits, 4 of them valid, 2 signings; 3 visits rejected (one of
// them of another month), 1 audit, 1 contract of 500.00.
func TestIfRejected(t *testing.T) {
	month := crm.Period{Kind: crm.Month, Name: "2025-03", Start: crm.DateOf(2025, 3, 1), End: crm.DateOf(2025, 4, 1)}
	slot := measure.Slot{Scope: crm.Root, Period: month}
	all := headlines{}
	for _, v := range []measure.Value{measure.NewCount("conversion.visits", slot, 10), measure.NewCount("conversion.valid_visits", slot, 4), measure.NewCount("conversion.signings", slot, 2),
		measure.NewRatio("conversion.valid_share", slot, 4, 10), measure.NewRatio("conversion.valid_per_signing", slot, 4, 2), measure.NewRatio("conversion.golden_index", slot, 16, 4),
		measure.NewMoney("conversion.signed_amount", slot, 200000, "CNY"), measure.NewCount("conversion.new_valid_customers", slot, 3)} {
		all.add(v)
	}
	in, other := crm.DateOf(2025, 3, 9), crm.DateOf(2025, 2, 9)
	rows := refusedBy([]snapshot.Input{
		{Table: "visits", Refused: []snapshot.Refused{{Day: in}, {Day: crm.NoDate}, {Day: other}}},
		{Table: "audits", Refused: []snapshot.Refused{{Day: crm.NoDate}}},
		{Table: "contracts", Refused: []snapshot.Refused{{Day: in, Minor: 50000, Known: true}}},
	})
	defs := map[string]measure.Definition{}
	for _, d := range Definitions() {
		defs[d.ID] = d
	}
	for id, want := range map[string][2]float64{
		"conversion.visits":              {9, 13},            // 10 − 1 audit; 10 + 2 visits + 1 audit
		"conversion.valid_visits":        {3, 7},             // 4 − 1; 4 + 2 + 1
		"conversion.signings":            {2, 3},             // 2; 2 + 1
		"conversion.new_valid_customers": {0, 7},             // any visit can be the first: 3 − 4; 3 + 3 visits + 1 audit
		"conversion.valid_share":         {3. / 13, 7. / 10}, // (4−1)/(10+2+1); (4+2+1)/10
		"conversion.valid_per_signing":   {1, 3.5},           // 3/3; 7/2
		"conversion.golden_index":        {16. / 7, 8},       // 8·2/7; 8·3/3
		"conversion.signed_amount":       {2000, 2500},
	} {
		v := rows.worst(defs[id], all[id]["2025-03"], all, 8, 2)
		if v.Bounds == nil || v.Bounds.Lo.V != want[0] || v.Bounds.Hi.V != want[1] || v.Key != "metric="+id {
			t.Errorf("%s: %+v %+v, want %v", id, v, v.Bounds, want)
		}
	}
	if v := rows.worst(defs["commission.payout"], measure.NewCount("commission.payout", slot, 3), all, 8, 2); v.Bounds != nil || len(v.Flags) != 1 || v.Flags[0] != "not_bounded" {
		t.Errorf("nobody knows what a rejected row does to a payout: %+v", v)
	}
	rows["contracts"][0].Known = false
	if v := rows.worst(defs["conversion.signed_amount"], all["conversion.signed_amount"]["2025-03"], all, 8, 2); v.Bounds.Hi.OK || v.Bounds.Lo.V != 2000 || v.Flags[0] != "amount_unknown" {
		t.Errorf("an amount that cannot be read: %+v", v.Bounds)
	}
	rows["contracts"] = append(rows["contracts"], snapshot.Refused{Day: in, Version: true}, snapshot.Refused{Day: in, Version: true})
	if v := rows.worst(defs["conversion.valid_per_signing"], all["conversion.valid_per_signing"]["2025-03"], all, 8, 2); v.Bounds.Hi.OK || v.Bounds.Lo.V != 3./7 {
		t.Errorf("no signing may be left, or 2 + 3 + 2: %+v", v.Bounds)
	}
}
