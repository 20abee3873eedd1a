package ingest

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"crmreport/ingest/crm"
)

// Every column of last days reads what systems write for no end as a blank
// cell, and counts it; no other column of dates does.
func TestOpenEnds(t *testing.T) {
	end := func(b *crm.Book, table string) crm.Date {
		switch table {
		case "reps":
			return max(b.Org.Spells[0].To, b.Org.Spells[0].LeftOn)
		case "contracts":
			return b.Contracts[0].End
		case "ownership":
			return b.Ownership[0].To
		}
		return b.Rates[0].To
	}
	for _, c := range []struct {
		table, header, row string // a row ends before its last day
	}{
		{"reps", "rep_id,name,left_on", "r1,Ann,"},
		{"reps", "rep_id,name,valid_to", "r1,Ann,"},
		{"contracts", "contract_id,customer_id,rep_id,sign_date,amount,start,end", "k1,c1,r1,2025-03-03,5,2025-03-03,"},
		{"commission_rates", "rate,valid_from,valid_to", "0.05,2025-01-01,"},
		{"ownership", "customer_id,rep_id,valid_from,valid_to", "c1,r1,2025-01-01,"},
	} {
		column := c.header[strings.LastIndexByte(c.header, ',')+1:]
		for _, cell := range []struct {
			text   string
			source Source
			want   string // the day; none; or the code of a rejected row
		}{
			{"", Source{}, "none"}, {"2025-12-31", Source{}, "2025-12-31"}, {"2150-06-30", Source{}, "2150-06-30"},
			{"9999-12-31", Source{}, "open"}, {"2999-12-31 23:59:59", Source{}, "open"}, {"2099-12-31", Source{}, "open"},
			{"31/12/9999", Source{}, "open"}, {"2958465", Source{}, "open"}, {"9999年12月31日", Source{}, "open"},
			{"31.12.9999", Source{Dates: []string{"DD.MM.YYYY"}}, "open"}, {"12|31|99", Source{Dates: []string{"MM|DD|YY"}}, "open"},
			{"12|31|98", Source{Dates: []string{"MM|DD|YY"}}, "2098-12-31"},
			{"9999-12-31", Source{Blank: []string{"9999-12-31"}}, "none"}, // stated: nothing to remark
			{"2300-01-01", Source{}, "bad_date"}, {"9999-12-32", Source{}, "bad_date"},
		} {
			for _, decoder := range []Decoder{ByBlocks, ByRows} {
				fsys := fstest.MapFS{c.table + ".csv": {Data: []byte(c.header + "\n" + c.row + cell.text + "\n")}}
				o := lenient(t, fsys)
				cell.source.Table, cell.source.Files = c.table, []string{c.table + ".csv"}
				o.Sources, o.Decoder = []Source{cell.source}, decoder
				b, r := mustRead(t, fsys, o)
				got := ""
				switch p := r.Receipts[0].Problems; {
				case r.Receipts[0].Rejected > 0:
					got = p[0].Code
				case len(p) == 0 && !end(b, c.table).Known():
					got = "none"
				case len(p) == 0:
					got = end(b, c.table).String()
				case !end(b, c.table).Known() && fmt.Sprint(p[0].Code, p[0].Column, p[0].Count, p[0].Line, p[0].Example, p[0].Rejected) == fmt.Sprint("open_end", column, 1, 2, cell.text, 0):
					got = "open"
				default:
					got = fmt.Sprintf("%+v", *p[0])
				}
				if got != cell.want {
					t.Errorf("%s, %s %q: got %s, want %s", c.table, column, cell.text, got, cell.want)
				}
			}
		}
	}
}

func TestNoOpenEndElsewhere(t *testing.T) {
	ends := map[string]string{"reps": "left_on valid_to", "contracts": "end", "commission_rates": "valid_to", "ownership": "valid_to"}
	for _, spec := range Tables() {
		for i, column := range spec.Columns {
			if got, want := spec.Kinds[i].String() == "end", strings.Contains(" "+ends[spec.Name]+" ", " "+column+" "); got != want {
				t.Errorf("%s.%s: an end is %v, want %v", spec.Name, column, got, want)
			}
		}
	}
	for file, text := range map[string]string{
		"contracts.csv": "contract_id,customer_id,rep_id,sign_date,amount,start\nk1,c1,r1,2025-03-03,5,9999-12-31\n",
		"invoices.csv":  "invoice_id,customer_id,invoice_date,due_date,amount\ni1,c1,2025-03-03,9999-12-31,5\n",
		"deals.csv":     "deal_id,rep_id,stage,created_at,expected_close\nd1,r1,contact,2025-03-03,2999-12-31\n",
		"visits.csv":    "visit_id,rep_id,customer_id,start_at\nv1,r1,c1,2958465\n",
	} {
		fsys := fstest.MapFS{file: {Data: []byte(text)}}
		_, r := mustRead(t, fsys, lenient(t, fsys))
		if c := r.Receipts[0]; c.Rejected != 1 || c.Problems[0].Code != "bad_date" {
			t.Errorf("%s: %+v", file, *c)
		}
	}
}

// Open ends of a column that needs a decision, in a file of many rows: blocks
// and rows find the same, and each is counted.
func TestOpenEndsOfAColumn(t *testing.T) {
	var text strings.Builder
	text.WriteString("contract_id,customer_id,rep_id,sign_date,amount,start,end\n")
	open := 0
	for i := range 2000 {
		end := fmt.Sprintf("%02d/%02d/2026", i%28+1, i%12+1)
		if i%7 == 3 {
			end, open = "31/12/9999", open+1
		}
		fmt.Fprintf(&text, "k%d,c%d,r1,2025-03-03,\"1,00,000\",2025-03-03,%s\n", i, i, end)
	}
	fsys := fstest.MapFS{"contracts.csv": {Data: []byte(text.String())}}
	bothWays(t, fsys, lenient(t, fsys), 1000, 20_000)
	b, r := mustRead(t, fsys, lenient(t, fsys))
	p := r.Receipts[0].Problems
	if len(b.Contracts) != 2000 || len(p) != 1 || p[0].Code != "open_end" || p[0].Count != open || p[0].Line != 5 || r.Receipts[0].Rejected != 0 {
		t.Fatalf("%d contracts, %+v", len(b.Contracts), p)
	}
	if b.Contracts[3].End.Known() || b.Contracts[12].End.String() != "2026-01-13" || b.Contracts[0].Amount.Minor != 100_000_00 {
		t.Errorf("%+v", b.Contracts[3])
	}
}
