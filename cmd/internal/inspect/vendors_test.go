package inspect

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"crmreport/ingest"
	"crmreport/ingest/crm"
)

// summary lists what was read, a line a record: what a person would count.
func summary(b *crm.Book, r *ingest.Report) string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	for _, d := range b.Deals {
		status := [...]string{"open", "won", "lost", "void"}[d.Status]
		line := fmt.Sprintf("deal %s %s %s %d", d.ID, status, b.Pipeline.ID(d.Stage), d.Amount.Minor)
		if d.ClosedOn.Known() {
			line += " " + d.ClosedOn.String()
		}
		say("%s %s", line, b.Reps.ID(d.Rep))
	}
	for _, e := range b.Stages {
		say("entry %s %s %s", e.Deal, b.Pipeline.ID(e.Stage), e.At.Date())
	}
	for _, c := range b.Contracts {
		say("contract %s %s %d", c.ID, c.SignDate, c.Amount.Minor)
	}
	for _, v := range b.Visits {
		say("visit %s %s %s channel %d", v.At.Date(), b.Reps.ID(v.Rep), b.Customers.ID(v.Customer), v.Channel)
	}
	for _, i := range b.Invoices {
		say("invoice %s %s %d", i.ID, i.Due, i.Amount.Minor)
	}
	for _, p := range b.Payments {
		say("payment %s %s %d", p.ID, p.Date, p.Amount.Minor)
	}
	for _, c := range r.Receipts {
		if c.Rejected > 0 || c.Skipped > 0 {
			say("%s of %s: %d rejected, %d skipped", c.Table, c.File, c.Rejected, c.Skipped)
		}
	}
	return strings.Join(out, "\n")
}

// Exports as the vendors document them, through inspect and then through ingest
// with what was proposed. What must come out was counted by hand.
func TestVendorsEndToEnd(t *testing.T) {
	for _, c := range []struct {
		name  string
		files []string
		want  string
	}{
		// GBK, a title above the header, 万元 in a header, a stage that only the status
		// tells to be won, 合计 below the data.
		{"纷享销客", []string{"商机.csv", "\xC9\xCC\xBB\xFA\xB5\xBC\xB3\xF6\xBD\xE1\xB9\xFB,,,,,,,,,\n\xC9\xCC\xBB\xFA\xB1\xE0\xBA\xC5,\xC9\xCC\xBB\xFA\xC3\xFB\xB3\xC6,\xBF\xCD\xBB\xA7\xC3\xFB\xB3\xC6,\xC9\xCC\xBB\xFA\xBD\xF0\xB6\xEE\xA3\xA8\xCD\xF2\xD4\xAA\xA3\xA9,\xCF\xFA\xCA\xDB\xBD\xD7\xB6\xCE,\xC9\xCC\xBB\xFA\xD7\xB4\xCC\xAC,\xD3\xAE\xC2\xCA,\xD4\xA4\xBC\xC6\xBD\xE1\xB5\xA5\xC8\xD5\xC6\xDA,\xB8\xBA\xD4\xF0\xC8\xCB,\xB4\xB4\xBD\xA8\xCA\xB1\xBC\xE4\nSJ001,\xBC\xD7,\xBC\xD7\xB9\xAB\xCB\xBE,1.2,\xD1\xE9\xD6\xA4\xBF\xCD\xBB\xA7,\xBD\xF8\xD0\xD0\xD6\xD0,10%,2025\xC4\xEA4\xD4\xC21\xC8\xD5,\xCD\xF5\xC7\xBF,2025/1/3 9:05\nSJ002,\xD2\xD2,\xD2\xD2\xB9\xAB\xCB\xBE,3,\xD3\xAE\xB5\xA5,\xD3\xAE\xB5\xA5,100%,2025\xC4\xEA2\xD4\xC21\xC8\xD5,\xCD\xF5\xC7\xBF,2025/1/4 9:05\nSJ003,\xB1\xFB,\xB1\xFB\xB9\xAB\xCB\xBE,2,\xD2\xD1\xC7\xA9\xBA\xCF\xCD\xAC\xB4\xFD\xB9\xE9\xB5\xB5,\xD3\xAE\xB5\xA5,100%,2025\xC4\xEA2\xD4\xC22\xC8\xD5,\xC0\xEE\xC4\xC8\xA3\xA8\xD2\xD1\xCD\xA3\xD3\xC3\xA3\xA9,2025/1/5 9:05\nSJ004,\xB6\xA1,\xB6\xA1\xB9\xAB\xCB\xBE,5,\xCA\xE4\xB5\xA5,\xCA\xE4\xB5\xA5,0%,2025\xC4\xEA2\xD4\xC23\xC8\xD5,\xC0\xEE\xC4\xC8\xA3\xA8\xD2\xD1\xCD\xA3\xD3\xC3\xA3\xA9,2025/1/6 9:05\n\xBA\xCF\xBC\xC6,,,11.2,,,,,,\n"},
			`deal SJ001 open 验证客户 1200000 王强
deal SJ002 won won 3000000 2025-02-01 王强
deal SJ003 won won 2000000 2025-02-02 李娜（已停用）
deal SJ004 lost lost 5000000 2025-02-03 李娜（已停用）
contract SJ002 2025-02-01 3000000
contract SJ003 2025-02-02 2000000
deals of 商机.csv: 0 rejected, 2 skipped
contracts of 商机.csv: 0 rejected, 4 skipped`},
		// A report: footers, US dates proven by one cell, 15-character ids that join the
		// 18 of the history.
		{"Salesforce report and history", []string{"report1.csv", `"Opportunity ID","Opportunity Name","Account Name","Stage","Amount","Close Date","Created Date","Opportunity Owner","Probability (%)"
"006q000000Hddoh","A","Acme","Prospecting","100.50","4/13/2025","1/2/2025","Ann","10"
"006q000000Hddoi","B","Acme","Closed Won","1,200.00","2/3/2025","1/3/2025","Ann","100"

"Grand Totals (2 records)"
"Confidential Information - Do Not Distribute"
"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."
`, "OpportunityHistory.csv", `"Id","OpportunityId","CreatedById","CreatedDate","StageName","Amount","Probability","IsDeleted"
"1","006q000000HddoiAAB","x","2025-01-03T10:00:00.000Z","Prospecting","1000","10","0"
"2","006q000000HddoiAAB","x","2025-01-10T10:00:00.000Z","Prospecting","1200","10","0"
"3","006q000000HddoiAAB","x","2025-02-03T10:00:00.000Z","Closed Won","1200","100","0"
"4","006q000000HddohAAB","x","2025-01-02T10:00:00.000Z","Prospecting","100.5","10","1"
`},
			`deal 006q000000Hddoh open prospecting 10050 Ann
deal 006q000000Hddoi won won 120000 2025-02-03 Ann
entry 006q000000Hddoi prospecting 2025-01-03
entry 006q000000Hddoi prospecting 2025-01-10
entry 006q000000Hddoi won 2025-02-03
contract 006q000000Hddoi 2025-02-03 120000
deals of report1.csv: 0 rejected, 4 skipped
stage_history of OpportunityHistory.csv: 0 rejected, 1 skipped
contracts of report1.csv: 0 rejected, 5 skipped`},
		{"HubSpot with internal names", []string{"hubspot-crm-exports-all-deals-2025-03-01.csv", `"Record ID","Deal Name","Deal Stage","Amount","Create Date","Close Date","Deal owner","hs_v2_date_entered_appointmentscheduled","hs_v2_date_entered_contractsent","hs_v2_date_entered_closedwon"
"1","A","appointmentscheduled","100","2025-01-01 09:00","2025-06-01 09:00","Ann","2025-01-01 09:00","",""
"2","B","closedwon","200","2025-01-02 09:00","2025-02-01 09:00","Bob","2025-01-02 09:00","2025-01-20 09:00","2025-02-01 09:00"
`},
			`deal 1 open appointmentscheduled 10000 Ann
deal 2 won won 20000 2025-02-01 Bob
entry 1 appointmentscheduled 2025-01-01
entry 2 appointmentscheduled 2025-01-02
entry 2 contractsent 2025-01-20
entry 2 won 2025-02-01`},
		// Status tells won from lost, stages are only open ones.
		{"Pipedrive", []string{"deals.csv", `Deal - ID,Deal - Title,Deal - Value,Deal - Currency of value,Deal - Organization,Deal - Owner,Deal - Stage,Deal - Status,Deal - Deal created,Deal - Closed on,Deal - Lost reason
1,A,100,USD,Acme,Ann,Qualified,Open,2025-01-01 10:00:00,,
2,B,200,USD,Acme,Ann,Demo Scheduled,Won,2025-01-02 10:00:00,2025-02-01 10:00:00,
3,C,300,USD,Bolt,Bob,Demo Scheduled,Lost,2025-01-03 10:00:00,2025-02-02 10:00:00,Price
`, "activities.csv", `Activity - ID,Activity - Subject,Activity - Type,Activity - Due date,Activity - Done,Activity - Assigned to user,Deal,Organization
1,Visit Acme,Meeting,2025-01-10,Done,Ann,A,Acme
2,Call Acme,Call,2025-01-11,Done,Ann,A,Acme
3,Visit Bolt,Meeting,2025-01-12,Undone,Bob,C,Bolt
`},
			`deal 1 open qualified 10000 Ann
deal 2 won demo_scheduled 20000 2025-02-01 Ann
deal 3 lost demo_scheduled 30000 2025-02-02 Bob
contract 2 2025-02-01 20000
visit 2025-01-10 Ann Acme channel 0
visit 2025-01-11 Ann Acme channel 2
visits of activities.csv: 0 rejected, 1 skipped
contracts of deals.csv: 0 rejected, 2 skipped`},
		{"Zoho", []string{"Deals.csv", `Record Id,Deal Owner.id,Deal Owner,Deal Name,Account Name.id,Account Name,Amount,Stage,Closing Date,Created Time,Reason For Loss
zcrm_4876000000001,zcrm_1,Ann,A,zcrm_9,Acme,"$22,700.00",Qualification,2025-06-01,"15 Jan, 2025 00:02:00",
zcrm_4876000000002,zcrm_1,Ann,B,zcrm_9,Acme,$100.00,Closed Won,2025-02-01,"16 Jan, 2025 00:02:00",
`},
			`deal 4876000000001 open qualification 2270000 Ann
deal 4876000000002 won won 10000 2025-02-01 Ann
contract 4876000000002 2025-02-01 10000
contracts of Deals.csv: 0 rejected, 1 skipped`},
		{"Odoo", []string{"crm.lead.csv", `Opportunity,Customer,Salesperson,Stage,Expected Revenue,Expected Closing,Closed Date,Lost Reason,Created on
A,Acme,Ann,New,100.0,2025-06-01,,,2025-01-01 10:00:00
B,Bolt,Ann,Won,200.0,2025-02-01,2025-02-03 09:00:00,,2025-01-02 10:00:00
`},
			`deal A open new 10000 Ann
deal B won won 20000 2025-02-03 Ann`},
		// Title lines, a row of page numbers and totals, open and voided bills.
		{"金蝶", []string{"应收单.csv", `应收单列表,,,,,,,
打印日期：2025-03-01,,,,,,,
单据编号,单据类型,业务日期,到期日,往来单位编码,往来单位,应收金额,单据状态
AR001,标准应收单,2025-01-05,2025-02-04,C01,甲公司,"1,000.00",已审核
AR002,标准应收单,2025-01-06,2025-02-05,C02,乙公司,500.50,已审核
AR003,标准应收单,2025-01-07,2025-02-06,C02,乙公司,9.00,创建
合计,,,,,,"1,509.50",
`, "收款单.csv", `单据编号,单据类型,业务日期,往来单位编码,往来单位,结算币别,实收金额,单据状态
SK001,销售收款单,2025-02-01,C01,甲公司,人民币,400.00,已审核
`},
			`invoice AR001 2025-02-04 100000
invoice AR002 2025-02-05 50050
payment SK001 2025-02-01 40000
invoices of 应收单.csv: 0 rejected, 4 skipped`},
		{"销售易", []string{"机会.csv", `机会编号,机会名称,客户名称,销售金额,销售阶段,赢率,结单日期,销售机会所有人,创建时间
O1,甲,甲公司,100,方案制定,50%,2025-06-01,王强,2025-01-01 10:00
O2,乙,乙公司,200,赢单,100%,2025-02-01,王强,2025-01-02 10:00
`},
			`deal O1 open 方案制定 10000 王强
deal O2 won won 20000 2025-02-01 王强
contract O2 2025-02-01 20000
contracts of 机会.csv: 0 rejected, 1 skipped`},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, text := propose(t, Options{}, c.files...)
			if open := p.Open(); len(open) > 0 {
				t.Errorf("questions: %v", open)
			}
			fsys := fstest.MapFS{}
			for i := 0; i < len(c.files); i += 2 {
				fsys[c.files[i]] = &fstest.MapFile{Data: []byte(c.files[i+1])}
			}
			o := parse(t, text).Ingest
			o.AsOf, o.MaxRejects = crm.DateOf(2025, 3, 31), crm.One
			b, r, err := ingest.Read(fsys, o)
			if err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			if got := summary(b, r); got != c.want {
				t.Errorf("read\n%s\nwant\n%s\nby\n%s", got, c.want, text)
			}
		})
	}
}
