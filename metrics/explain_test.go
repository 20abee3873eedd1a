package metrics

import (
	"fmt"
	"testing"

	"crmreport/ingest/crm"
)

// shared is a book of three sellers of one team over four months, as of the end
// of April 2024. A and B share a contract of 20 a month, half each.
//
//	A forecasts 10 and signs 10 + 90 = 100: a miss.
//	B forecasts 10 and signs 10: a hit.
//	C never forecasts and signs 100, 300, 100, 300.
func shared(t *testing.T) *crm.Book {
	t.Helper()
	date := func(s string) crm.Date {
		d, err := crm.ParseDate(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	b := &crm.Book{AsOf: date("2024-04-30"), Currency: "CNY", Reps: &crm.Names[crm.RepNo]{}, Customers: &crm.Names[crm.CustomerNo]{},
		Tables: map[string]bool{"reps": true, "contracts": true, "forecasts": true}}
	line := int32(0)
	pos := func() crm.Pos { line++; return crm.Pos{Line: line} }
	var spells []crm.Spell
	for _, id := range []string{"A", "B", "C"} {
		spells = append(spells, crm.Spell{Pos: pos(), Rep: b.Reps.Number(id), Name: id, Role: crm.Seller, Team: "T", Manager: crm.NoRep,
			HiredOn: crm.NoDate, LeftOn: crm.NoDate, From: crm.NoDate, To: crm.NoDate})
	}
	sign := func(id, rep string, on crm.Date, minor int64) {
		b.Contracts = append(b.Contracts, crm.Contract{Pos: pos(), ID: crm.ContractID(id), Customer: crm.NoCustomer, Rep: b.Reps.Number(rep), Type: crm.New,
			SignDate: on, Start: crm.NoDate, End: crm.NoDate, StatusDate: crm.NoDate, Amount: crm.Money{Minor: minor, Currency: "CNY"}, Status: crm.Active})
	}
	for i, month := range []string{"2024-01", "2024-02", "2024-03", "2024-04"} {
		p, err := b.Fiscal.ParsePeriod(month)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{"A", "B"} {
			b.Forecasts = append(b.Forecasts, crm.Forecast{Pos: pos(), Period: p, Day: crm.NoDate, Subject: id, SubmittedBy: id, At: p.Start.At(),
				Amount: crm.Money{Minor: 1000, Currency: "CNY"}})
			b.Splits = append(b.Splits, crm.Split{Pos: pos(), Contract: crm.ContractID("both" + month), Rep: b.Reps.Number(id), Share: crm.One / 2})
		}
		sign("both"+month, "A", p.Start+9, 2000)
		sign("own"+month, "A", p.Start+9, 9000)
		sign("c"+month, "C", p.Start+9, int64(10000+20000*(i%2)))
	}
	b.Org, b.Calendar = crm.NewOrg(b.Reps, spells), crm.NewCalendar(nil, nil, nil)
	return b
}

// A's miss needs no contract and B's hit needs the shared one: together they
// must not make a hit of A's. C never forecasts, and yet is in the scale.
func TestExplainSharedContracts(t *testing.T) {
	b, o := shared(t), DefaultOptions()
	o.Forecast.TrailingMonths = 1
	for _, c := range []struct{ metric, key, want string }{
		{"forecast.hit_rate", "last=1", "1/2"},                               // B of A and B
		{"forecast.hit_rate", "last=1,missing=miss", "1/3"},                  // and C, who was expected
		{"forecast.mase", "last=1", "0.45"},                                  // |110 − 20| over the mean of |200|, |−200|
		{"forecast.actual", "", "41000/1"}, {"forecast.hit_rate", "", "1/2"}, // 110 + 300
	} {
		x, err := Explain(b, nil, o, Question{Metric: c.metric, Key: c.key, Period: "2024-04"})
		if err != nil {
			t.Errorf("%s %s: %v", c.metric, c.key, err)
			continue
		}
		got := fmt.Sprint(x.Value.V)
		if x.Value.Den != 0 {
			got = fmt.Sprintf("%d/%d", x.Value.Num, x.Value.Den)
		}
		if got != c.want || x.Alone != Confirmed {
			t.Errorf("%s %s = %s, %s; want %s", c.metric, c.key, got, x.Alone, c.want)
		}
	}
}

// What comes to nothing rests on rows, too: a forecast of 0 of which nothing
// usable came (the contract is in a currency without a rate). A value by type is
// there because somebody forecast by type, in whatever period.
func TestExplainZeros(t *testing.T) {
	dir := exports(t, map[string]string{
		"reps":      "rep_id,name,role,team,valid_from\nA,Ann,rep,T,2024-01-01\nB,Bo,rep,T,2024-01-01\nC,Cy,rep,T,2024-01-01\n",
		"contracts": "contract_id,customer_id,rep_id,type,sign_date,amount,currency\nk,c1,A,new,2025-05-10,100,EUR\nl,c2,B,renewal,2024-09-10,300,CNY\nm,c3,C,new,2024-09-10,300,CNY\n",
		"forecasts": "period,rep_id,submitted_by,submitted_at,amount,type\n2025-05,A,A,2025-05-01T09:00,0,\n2025-06,A,A,2025-06-01T09:00,0,\n2025,B,B,2025-01-01T09:00,50,new\n2025-06,C,C,2025-06-01T09:00,0,\n",
		"targets":   "period,scope_id,measure,value\n2025-06,A,new_amount,100\n2025-06,B,new_customers,2\n",
	})
	b, inputs := read(t, dir)
	for _, c := range []struct {
		metric, scope, period, key string
		rows                       int // the fewest
	}{
		{"forecast.submitted", "", "2025-05", "", 1},
		{"forecast.smape", "A", "2025-06", "last=6", 1},
		{"forecast.accuracy", "A", "2025-06", "last=6", 1},
		{"forecast.target_gap", "", "2025-06", "", 2},
		{"forecast.customers", "A", "2025", "type=new", 1},
		{"forecast.average_contract", "", "2025-06", "type=renewal", 1},
		{"forecast.actual", "", "2024", "type=renewal", 1},
		{"forecast.landing", "C", "2025-06", "", 1}, // a past alone
	} {
		x, err := Explain(b, inputs, DefaultOptions(), Question{Metric: c.metric, Scope: c.scope, Period: c.period, Key: c.key})
		if err != nil {
			t.Errorf("%s: %v", c.metric, err)
			continue
		}
		rows := 0
		for _, e := range x.Evidence {
			rows += len(e.Rows)
		}
		if x.Alone != Confirmed || rows < c.rows {
			t.Errorf("%s: %s by %d rows", c.metric, x.Alone, rows)
		}
	}
}

// A share of a city has all customers with a city behind its denominator, and
// what is behind it gives the same number: the cities told of are the whole's.
func TestExplainACity(t *testing.T) {
	dir := exports(t, map[string]string{
		"reps":      "rep_id,name,role,region\nA,Ann,rep,East\n",
		"customers": "customer_id,rep_id,city\nC1,A,泉州\nC2,A,泉州\nC3,A,福州\nC4,A,\n",
		"visits":    "visit_id,rep_id,customer_id,start_at\nV1,A,C1,2025-06-24 09:00\nV2,A,C3,2025-06-25 09:00\n",
	})
	b, in := read(t, dir)
	e, err := Explain(b, in, DefaultOptions(), Question{Metric: "activity.city_customer_share", Key: "city=泉州", Period: "2025-06"})
	if err != nil {
		t.Fatal(err)
	}
	if e.Alone != Confirmed {
		t.Errorf("the rows behind it are %s", e.Alone)
	}
	for _, side := range e.Evidence {
		if want := map[string]int{"numerator": 2, "denominator": 3}[side.Side]; len(side.Rows) != want {
			t.Errorf("%s: %d rows, want %d", side.Side, len(side.Rows), want)
		}
	}
}
