package ingest

import (
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
		{nil, "", "2025-03-09 10:00 PM", wrong},
		{nil, "", "20250309", wrong},
		{nil, "", "45725", wrong},
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
		{nil, "", "4-3-25", either},
		{nil, "", "13/03/2025 09:00", either},
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
		k, err := newClock(shanghai, &Source{Dates: c.layouts, Zone: c.zone})
		if err != nil {
			t.Fatal(err)
		}
		s, v := k.parse(c.in)
		got := s.String()
		if v != good {
			got = map[verdict]string{bad: wrong, ambiguous: either}[v]
		}
		if got != c.want {
			t.Errorf("%v %s %q: got %s, want %s", c.layouts, c.zone, c.in, got, c.want)
		}
	}
}

func TestAmounts(t *testing.T) {
	for _, c := range []struct {
		in   string
		want int64
		ok   bool
	}{
		{"0", 0, true}, {"12", 1200, true}, {"-12.3", -1230, true}, {"+12.34", 1234, true}, {"1054.0", 105400, true}, {"1.2300", 123, true},
		{"1,234,567.89", 123456789, true}, {"-1,234.5", -123450, true}, {"999,999.00", 99999900, true},
		{"1,234", 0, false},     // a decimal comma?
		{"1,234,567", 0, false}, // no decimal point: not the unambiguous form
		{"12,34.5", 0, false}, {"1234,567.8", 0, false}, {",123.4", 0, false}, {"1.234,56", 0, false}, {"1.234.567", 0, false},
		{"1,234.", 0, false}, {"1.", 0, false}, {".5", 0, false}, {"1.005", 0, false}, {"$5", 0, false}, {"5 HA", 0, false}, {"(5)", 0, false},
		{"-", 0, false}, {"--5", 0, false}, {"+-5", 0, false}, {"1e3", 0, false}, {"1.2万", 0, false}, {"99999999999999999999", 0, false},
	} {
		got, err := parseAmount(c.in, 2)
		if (err == nil) != c.ok || got != c.want {
			t.Errorf("%q: %d, %v", c.in, got, err)
		}
	}
}

func TestShares(t *testing.T) {
	for in, want := range map[string]crm.Decimal{"0.08": crm.One * 8 / 100, "8%": crm.One * 8 / 100, "12.5 %": crm.One / 8, "100%": crm.One} {
		if got, err := parseShare(in); err != nil || got != want {
			t.Errorf("%q: %s, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "%", "8%%", "0.00000001%", "x"} {
		if got, err := parseShare(in); err == nil {
			t.Errorf("%q: %s", in, got)
		}
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
