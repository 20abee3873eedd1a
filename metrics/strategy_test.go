package metrics

import (
	"strings"
	"testing"

	"crmreport/metrics/snapshot"
)

// The scorecards by hand as of Sunday, 29 June 2025: 64 working days of the
// quarter, as many as the one before had in all.
// East hunts: 2,000.00 of two customers after 1,000.00 of one, one rep; three
// customers, two of them in 泉州, where one visit of five went: 2/3 − 1/5. South
// farms: a margin of 300.00 of 1,000.00, one rep; nothing was up for renewal, and
// without invoices there is no DSO.
func TestScorecards(t *testing.T) {
	dir := exports(t, map[string]string{
		"reps":      "rep_id,name,role,region,hired_on\nA,Ann,rep,East,2020-01-01\nB,Bo,rep,South,2020-01-01\n",
		"customers": "customer_id,rep_id,city\nC1,A,泉州\nC2,A,泉州\nC3,A,福州\nC4,B,厦门\n",
		"contracts": "contract_id,customer_id,rep_id,type,sign_date,amount,margin\nK1,C1,A,new,2025-02-05,1000,\nK2,C2,A,new,2025-05-06,1500,\nK3,C3,A,new,2025-05-07,500,\nK4,C4,B,new,2025-05-08,1000,300\n",
		"visits": "visit_id,rep_id,customer_id,start_at\nV1,A,C1,2025-06-24 09:00\nV2,A,C3,2025-06-25 09:00\nV3,A,C3,2025-06-26 09:00\n" +
			"V4,A,C3,2025-06-27 09:00\nV5,A,C3,2025-06-28 09:00\n",
	})
	b, in := read(t, dir)
	o := DefaultOptions()
	o.Team.Hunt, o.Team.Farm = []string{"East", "West"}, []string{"South"}
	doc, err := Compute(b, in, o)
	if err != nil {
		t.Fatal(err)
	}
	rows := func(id string) []string {
		for i := range doc.Lists {
			if doc.Lists[i].ID != id {
				continue
			}
			var csv strings.Builder
			if err := doc.Lists[i].EncodeCSV(&csv, doc.Currency); err != nil {
				t.Fatal(err)
			}
			if got := doc.Lists[i].Rows[0].Scopes; len(got) != 2 {
				t.Errorf("%s belongs to %v", id, got)
			}
			return strings.Split(csv.String(), "\n")
		}
		t.Fatalf("no %s", id)
		return nil
	}
	if got, want := rows("activity.strategy_hunt")[1], "East,2025-Q2,2000.00,1000.00,1,2,1,1,泉州,0.4666666666666667,2000.00,needs_costs"; got != want {
		t.Errorf("hunt:\n%s\n%s", got, want)
	}
	if got, want := rows("activity.strategy_farm")[1], "South,2025-Q2,0.3,,,,1000.00,needs_costs"; got != want {
		t.Errorf("farm:\n%s\n%s", got, want)
	}
	var warned *snapshot.Warning
	for i := range doc.Warnings {
		if doc.Warnings[i].Code == "unknown_strategy_unit" {
			warned = &doc.Warnings[i]
		}
	}
	if warned == nil || warned.N != 1 {
		t.Errorf("West is not there, and the warning is %v", warned)
	}
	// Without tags there are no scorecards.
	plain, err := Compute(b, in, DefaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	if n := len(doc.Lists) - len(plain.Lists); n != 2 {
		t.Errorf("tags make %d lists", n)
	}
}
