package ingest

import "testing"

// The pairs of short and long ids are those of Salesforce's own help page and of
// a dbt seed; the checksum of the first is worked by hand: 001D0 has one upper
// case letter, D, in the fourth place = bit 3 = 8 = I.
func TestSalesforceID(t *testing.T) {
	for in, want := range map[string]string{
		"001D000000IRFma":     "001D000000IRFma",
		"001D000000IRFmaIAH":  "001D000000IRFma",
		"0015500000Xyy06AAB":  "0015500000Xyy06",
		"0015500000Xyy06AAC":  "0015500000Xyy06AAC", // not the checksum: left alone
		"001d000000irfmaIAH":  "001d000000irfmaIAH", // a spreadsheet changed the case: not the same id
		"000000000000000AAA":  "",                   // the null id
		"000000000000000":     "",
		"Carlos Ruiz de la V": "Carlos Ruiz de la V",
		"王":                   "王",
		"":                    "",
	} {
		if got := salesforceID(in); got != want {
			t.Errorf("%s becomes %q, want %q", in, got, want)
		}
	}
}

// Reports write 15 characters, the API 18: they join. A column that is called
// like a field of ours but is not named under columns is not read. One close
// date is the expected one while a deal is open.
func TestSourceOfAnotherProgram(t *testing.T) {
	fsys := folder("report.csv", `Opportunity ID,Account ID,Owner,Stage,Close Date,Created,type
006q000000Hddoh,001D000000IRFma,005x,Won,2025-02-01,2025-01-01,whatever
006q000000Hddoi,001D000000IRFma,005x,closing,2025-04-01,2025-01-01,whatever
`, "Account.csv", `Id,Name,region
001D000000IRFmaIAH,Acme,a column of theirs
`)
	o := DefaultOptions()
	o.AsOf = day("2025-03-09")
	o.Sources = []Source{
		{Table: "deals", Files: []string{"report.csv"}, Only: true, IDs: SalesforceIDs, Columns: map[string]string{"deal_id": "Opportunity ID",
			"customer_id": "Account ID", "rep_id": "Owner", "stage": "Stage", "created_at": "Created", "expected_close": "Close Date", "closed_at": "Close Date"}},
		{Table: "customers", Files: []string{"Account.csv"}, Only: true, IDs: SalesforceIDs, Columns: map[string]string{"customer_id": "Id", "name": "Name"}},
	}
	b, r := mustRead(t, fsys, o)
	for _, c := range r.Receipts {
		if c.Rejected > 0 || len(c.Problems) > 0 {
			t.Errorf("%s: %d rejected, %v", c.Table, c.Rejected, problems(r, c.Table))
		}
	}
	if len(b.Deals) != 2 || b.Deals[0].Customer != b.CustomerRows[0].No {
		t.Fatalf("the deals do not join the customer: %+v, %+v", b.Deals, b.CustomerRows)
	}
	if b.CustomerRows[0].Region != "" {
		t.Error("a column that was not named was read")
	}
	if b.Deals[0].ClosedOn != day("2025-02-01") || b.Deals[1].ClosedOn.Known() || b.Deals[1].ExpectedClose != day("2025-04-01") {
		t.Errorf("close dates: %+v", b.Deals)
	}
}
