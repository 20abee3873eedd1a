package ingest

import (
	"encoding/csv"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"crmreport/ingest/crm"
)

func TestDates(t *testing.T) {
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	const wrong, either = "bad", "ambiguous"
	for _, c := range []struct {
		layouts  []string
		zone     string
		in, want string
	}{
		{nil, "", "2025-03-09", "2025-03-09T00:00"},
		{nil, "", "2025-03-09T10:00", "2025-03-09T10:00"},
		{nil, "", "2025-03-09T10:00:05", "2025-03-09T10:00:05"},
		{nil, "", "2025-03-09 10:00:05.123", "2025-03-09T10:00:05"},
		{nil, "", "2025/3/9 9:05", "2025-03-09T09:05"},
		{nil, "", "2024-02-29", "2024-02-29T00:00"},
		{nil, "", "2025-02-29", wrong},
		{nil, "", "1900-02-29", wrong},
		{nil, "", "2000-02-29", "2000-02-29T00:00"},
		{nil, "", "2025-13-01", wrong},
		{nil, "", "2025-00-10", wrong},
		{nil, "", "2025-03/09", wrong},
		{nil, "", "0202-03-09", wrong},
		{nil, "", "2025-03-09T24:00", wrong},
		{nil, "", "2025-03-09T10", wrong},
		{nil, "", "2025-03-09 10:00 PM", "2025-03-09T22:00"},
		{nil, "", "20250309", "2025-03-09T00:00"},
		{nil, "", "45725", "2025-03-09T00:00"}, // 45658 is 1 January 2025
		{nil, "", "soon", wrong},
		// 17:30 UTC on Sunday is 01:30 on Monday in Shanghai (+8): another week.
		{nil, "", "2025-03-09T17:30Z", "2025-03-10T01:30"},
		{nil, "", "2025-03-09T17:30:00+0000", "2025-03-10T01:30"},
		{nil, "", "2025-03-09T17:30:00 +00:00", "2025-03-10T01:30"},
		{nil, "", "2025-03-09T17:30-05:00", "2025-03-10T06:30"},
		{nil, "", "2025-03-09T17:30+08", "2025-03-09T17:30"},
		{nil, "", "2025-03-09T17:30+99:00", wrong},
		{nil, "UTC", "2025-03-09T17:30", "2025-03-10T01:30"},
		{nil, "UTC", "2025-03-09T17:30+08:00", "2025-03-09T17:30"},
		{nil, "UTC", "2025-03-09", "2025-03-09T00:00"}, // a day has no zone
		// New York is UTC-5 before 9 March 2025 and UTC-4 from then on.
		{nil, "America/New_York", "2025-03-08 12:00", "2025-03-09T01:00"},
		{nil, "America/New_York", "2025-03-09 12:00", "2025-03-10T00:00"},
		{nil, "", "04/03/2025", either},
		{nil, "", "4-3-25", wrong},
		{nil, "", "13/03/2025 09:00", "2025-03-13T09:00"},
		{[]string{"D/M/YYYY"}, "", "04/03/2025", "2025-03-04T00:00"},
		{[]string{"M/D/YYYY"}, "", "04/03/2025", "2025-04-03T00:00"},
		{[]string{"M/D/YYYY"}, "", "10/20/2016", "2016-10-20T00:00"},
		{[]string{"M/D/YYYY"}, "", "20/10/2016", wrong},
		{[]string{"M/D/YYYY"}, "", "10/20/16", wrong},
		{[]string{"M/D/YYYY"}, "", "10/20/2016 9:05", "2016-10-20T09:05"},
		{[]string{"M/D/YYYY"}, "", "2016-10-20", "2016-10-20T00:00"}, // year first has one reading
		{[]string{"DD-MM-YY"}, "", "01-03-17", "2017-03-01T00:00"},
		{[]string{"DD-MM-YY"}, "", "1-3-17", wrong},
		{[]string{"YYYYMMDD"}, "", "20250309", "2025-03-09T00:00"},
		{[]string{"DD.MM.YYYY HH:mm:ss"}, "", "09.03.2025 08:07:06", "2025-03-09T08:07:06"},
		{[]string{"DD.MM.YYYY H:mm"}, "UTC", "09.03.2025 17:30", "2025-03-10T01:30"},
		{[]string{"YYYY年M月D日"}, "", "2025年3月9日", "2025-03-09T00:00"},
		{[]string{"D/M/YYYY", "M/D/YYYY"}, "", "04/03/2025", either},
		{[]string{"D/M/YYYY", "M/D/YYYY"}, "", "03/03/2025", "2025-03-03T00:00"}, // both readings agree
	} {
		fsys := folder("visits.csv", visitHead+"v1,r1,c1,"+c.in+"\n")
		o := lenient(t, fsys)
		o.Zone = shanghai.String()
		o.Sources[0].Dates, o.Sources[0].Zone = c.layouts, c.zone
		o.AsOf = day("2030-12-31")
		book, _, err := Read(fsys, o)
		got := wrong
		var f *Fault
		switch {
		case errors.As(err, &f):
			if got = f.Code; f.Code == "ambiguous_date" {
				got = either
			}
		case len(book.Visits) == 1:
			got = book.Visits[0].At.String()
		}
		if got != c.want {
			t.Errorf("%v %s %q: got %s, want %s", c.layouts, c.zone, c.in, got, c.want)
		}
	}
}

// amounts reads deals with these amounts (after a tab: the currency) and prints
// minor units, or the code of the first problem.
func amounts(t *testing.T, s Source, header string, cells ...string) string {
	t.Helper()
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.Write([]string{"deal_id", "rep_id", "stage", "created_at", header, "currency"})
	for i, c := range cells {
		amount, currency, _ := strings.Cut(c, "\t")
		w.Write([]string{fmt.Sprint("d", i), "r1", "contact", "2025-03-03", amount, currency})
	}
	w.Flush()
	fsys := folder("deals.csv", b.String())
	o := lenient(t, fsys)
	s.Table, s.Files = "deals", []string{"deals.csv"}
	if header != "amount" {
		s.Columns = map[string]string{"amount": header}
	}
	o.Sources = []Source{s}
	book, r, err := Read(fsys, o)
	var f *Fault
	if errors.As(err, &f) {
		return fmt.Sprint(f.Code, " ", f.Line, " ", f.Column)
	}
	out := map[string]string{}
	for _, d := range book.Deals {
		out[string(d.ID)] = "blank"
		if d.AmountKnown {
			out[string(d.ID)] = fmt.Sprint(d.Amount.Minor)
		}
	}
	for _, x := range r.Rejects["deals"] {
		out[fmt.Sprint("d", x.Line-2)] = x.Code
	}
	var list []string
	for i := range cells {
		list = append(list, out[fmt.Sprint("d", i)])
	}
	return strings.Join(list, " ")
}

func TestAmounts(t *testing.T) {
	for _, c := range []struct {
		name   string
		source Source
		header string
		cells  []string
		want   string
	}{
		{"canonical", Source{}, "amount", []string{"0", "12", "-12.3", "+12.34", "1054.0", "1.2300"}, "0 1200 -1230 1234 105400 123"},
		{"thousands", Source{}, "amount", []string{"1,234,567.89", "-1,234.5", "999,999.00", "1,234"}, "123456789 -123450 99999900 123400"},
		{"the point proves nothing alone", Source{}, "amount", []string{"5", "1.234"}, "ambiguous_number 3 amount"},
		{"nor do three zeros", Source{}, "amount", []string{"1.000"}, "ambiguous_number 2 amount"},
		{"a comma column", Source{}, "amount", []string{"1.234", "12,50"}, "123400 1250"},
		{"stated comma", Source{Decimal: ','}, "amount", []string{"1.234", "12.50"}, "123400 bad_amount"},
		{"stated point", Source{Decimal: '.'}, "amount", []string{"1,234", "1.230"}, "123400 123"},
		{"more decimals than the currency", Source{}, "amount", []string{"1.5\tJPY", "1.2345", "2.50"}, "bad_amount bad_amount 250"},
		{"both separators", Source{}, "amount", []string{"12.50", "12,50"}, "mixed_decimals 3 amount"},
		{"currencies", Source{}, "amount", []string{"$5.5\tUSD", "$5.5", "￥5.5", "5.5元", "€5\tUSD", "$5\tHKD"}, "550 currency_contradicts 550 550 currency_contradicts 500"},
		{"units", Source{}, "amount", []string{"$342.09K\tUSD", "1.2万", "0.12345万"}, "34209000 1200000 123450"},
		{"the header's unit", Source{}, "金额（万元）", []string{"1.2", "0.00005", "12", "1.2万"}, "1200000 50 12000000 1200000"},
		{"a unit finer than the currency", Source{}, "金额（万元）", []string{"0.00000005"}, "bad_amount"},
		{"the stated unit", Source{Units: map[string]string{"amount": "千元"}}, "amount", []string{"1.5", "2"}, "150000 200000"},
		{"the stated unit wins", Source{Units: map[string]string{"amount": "元"}}, "金额（万元）", []string{"1.5"}, "150"},
		{"blank is not 0", Source{}, "amount", []string{"-", "N/A", "–", "", "0"}, "blank blank blank blank 0"},
		{"words for blank", Source{Blank: []string{"待定"}}, "amount", []string{"待定", "tbd"}, "blank bad_amount"},
		{"junk", Source{}, "amount", []string{"5360 HA", "12,34.5", "5%", "--5", "1.2.3"}, "bad_amount bad_amount bad_amount bad_amount bad_amount"},
		{"scientific", Source{}, "amount", []string{"1.2E+5"}, "12000000"},
		{"full width", Source{}, "amount", []string{"１，２３４．５０", "（５．５０）"}, "123450 -550"},
	} {
		if got := amounts(t, c.source, c.header, c.cells...); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

// A required amount that is a word for blank is blank, not 0.
func TestBlankRequired(t *testing.T) {
	fsys := folder("payments.csv", "payment_id,customer_id,date,amount\np1,c1,2025-03-03,-\np2,c1,N/A,5\np3,c1,2025-03-03,0\n")
	_, r := mustRead(t, fsys, lenient(t, fsys))
	if got := fmt.Sprint(problems(r, "payments")); got != "[blank_required amount 2 1 blank_required date 3 1]" {
		t.Error(got)
	}
}

func TestWords(t *testing.T) {
	w := newLexicons()
	for in, want := range map[string]crm.Tri{"Y": crm.Yes, "n": crm.No, "Yes": crm.Yes, "FALSE": crm.No, "1": crm.Yes, "0": crm.No, "是": crm.Yes, "否": crm.No, "√": crm.Yes, "有": crm.Yes, "无": crm.No} {
		if got, ok := w.tri.lookup(in); !ok || got != want {
			t.Errorf("%q: %v %v", in, got, ok)
		}
	}
	for in, want := range map[string]crm.ContractType{"新签": crm.New, "续签": crm.Renewal, "增购": crm.Expansion, "Renewal": crm.Renewal} {
		if got, ok := w.kind.lookup(in); !ok || got != want {
			t.Errorf("%q: %v %v", in, got, ok)
		}
	}
	if r, ok := w.role.lookup("Area Manager"); !ok || r != crm.AreaManager {
		t.Error(r, ok)
	}
	// The configuration's words come first, and may make a word blank.
	fsys := folder("visits.csv", "visit_id,rep_id,customer_id,start_at,channel,pitched,note\nv1,r1,c1,2025-03-03,电话,Select,GTXPro\nv2,r1,c1,2025-03-04,call-out,Y,GTX Pro\n")
	o := lenient(t, fsys)
	o.Sources[0].Words = map[string]map[string]string{"channel": {"call-out": "online", "电话": "visit"}, "pitched": {"Select": ""}, "note": {"GTXPro": "GTX Pro"}}
	b, _ := mustRead(t, fsys, o)
	v := b.Visits
	if v[0].Channel != crm.ChannelVisit || v[1].Channel != crm.ChannelOnline || v[0].Pitched != crm.Unknown || v[0].NoteHash != v[1].NoteHash {
		t.Errorf("%+v", v)
	}
}
