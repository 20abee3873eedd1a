package preset

import (
	"slices"
	"strings"
	"testing"

	"crmreport/ingest"
)

func load(t *testing.T) []*Vendor {
	t.Helper()
	vs, err := All()
	if err != nil {
		t.Fatal(err)
	}
	return append(vs, Own())
}

func TestFold(t *testing.T) {
	for _, c := range []struct{ a, b string }{
		{"StageName", "stage_name"},
		{"Stage Name", "*Stage Name*"},
		{"Amount", "Amount "},      // NBSP
		{"Ａｍｏｕｎｔ", "amount"},       // full width
		{"应收金额（本位币）", "应收金额(本位币)"}, // full-width brackets
		{"Est. Close Date", "Est Close date"},
		{`Date entered "Demo"`, "Date entered “Demo”"},
		{"(Do Not Modify) Opportunity", "Do not modify opportunity"},
		{"ÉTAPE", "étape"},
	} {
		if Fold(c.a) != Fold(c.b) {
			t.Errorf("%q and %q fold to %q and %q", c.a, c.b, Fold(c.a), Fold(c.b))
		}
	}
	for _, c := range []struct{ a, b string }{
		{"Stage", "Etapa"}, {"Deal - ID", "Deal - Title"}, {"借方", "贷方"}, {"%", "#"},
	} {
		if Fold(c.a) == Fold(c.b) {
			t.Errorf("%q and %q are one", c.a, c.b)
		}
	}
}

// The headers are those that vendors document or that public files have; the
// order of columns and the case of letters must not matter.
func TestRankKnowsHeaders(t *testing.T) {
	vs := load(t)
	for _, c := range []struct{ header, want string }{
		{"Id,AccountId,Name,StageName,Amount,Probability,CloseDate,CreatedDate,IsClosed,IsWon,IsDeleted,OwnerId", "salesforce/Opportunity"},
		{"OWNERID,ID,STAGENAME,CLOSEDATE,NAME,ISWON", "salesforce/Opportunity"},
		{"Id,OpportunityId,CreatedById,CreatedDate,CreatedDateForInsert,StageName,Amount,ExpectedRevenue,CloseDate,Probability,FromForecastCategory,ForecastCategory,PrevForecastUpdate,FromOpportunityStageName,PrevOpportunityStageUpdate,CurrencyIsoCode,ValidThroughDate,SystemModstamp,IsDeleted,PrevAmount,PrevCloseDate", "salesforce/OpportunityHistory"},
		{"Id,IsDeleted,OpportunityId,CreatedById,CreatedDate,Field,DataType,OldValue,NewValue", "salesforce/OpportunityFieldHistory"},
		{"Id,Subject,StartDateTime,EndDateTime,AccountId,WhatId,WhoId,OwnerId,Type,EventSubtype,IsChild,IsDeleted", "salesforce/Event"},
		{"Id,Subject,ActivityDate,Status,IsClosed,Type,TaskSubtype,CallType,AccountId,OwnerId,IsDeleted", "salesforce/Task"},
		{"Id,AccountId,ContractNumber,Status,StartDate,EndDate,ContractTerm,CustomerSignedDate,CompanySignedDate,ActivatedDate,OwnerId", "salesforce/Contract"},
		{"Id,Name,OwnerId,ParentId,Type,Industry,MasterRecordId,IsDeleted", "salesforce/Account"},
		{"Id,Name,Email,ManagerId,UserRoleId,Department,IsActive,TimeZoneSidKey", "salesforce/User"},
		{"Opportunity Name,Account Name,Stage,Amount,Probability (%),Close Date,Created Date,Fiscal Period,Next Step,Opportunity Owner", "salesforce_report/Opportunities"},
		{`Record ID,Deal Name,Pipeline,Deal Stage,Amount,Create Date,Close Date,"Date entered ""Demo"""`, "hubspot/Deals"},
		{"Negócio ID,Nome do negócio,Etapa do negócio,Valor,Data de criação,Data de fechamento", "hubspot/Deals"},
		{"Record ID,Activity date,Call title,Call outcome,Call status,Call direction,Associated Deal,Associated Deal IDs", "hubspot/Calls"},
		{"(Do Not Modify) Opportunity,(Do Not Modify) Row Checksum,(Do Not Modify) Modified On,Topic,Potential Customer,Est. Close Date,Est. Revenue,Status,Owner,Created On,Modified On", "dynamics/Opportunities"},
		{"Topic,Potential Customer,Est. Revenue,Actual Close Date,Description", "dynamics/Opportunities"},
		{"Record Id,Deal Owner.id,Deal Owner,Deal Name,Account Name.id,Account Name,Amount,Stage,Closing Date,Pipeline,Reason For Loss,Created Time", "zoho/Deals"},
		{"Deal Id,Deal Name,Company Name.id,Sub-Pipeline,Stage,Closing Date,Amount", "zoho/Deals"},
		{"EVENTID,Event Owner,Subject,Start DateTime,End DateTime,ACCOUNTID,POTENTIALID", "zoho/Events"},
		{"Deal - ID,Deal - Title,Deal - Value,Deal - Currency of value,Deal - Organization,Deal - Owner,Deal - Stage,Deal - Status,Deal - Won time,Deal - Lost time,Deal - Lost reason", "pipedrive/Deals"},
		{"Activity - Subject,Activity - Type,Activity - Due date,Activity - Done,Activity - Assigned to user,Deal,Organization", "pipedrive/Activities"},
		{"Opportunity,Customer,Salesperson,Sales Team,Stage,Expected Revenue,Prorated Revenue,Probability,Expected Closing,Closed Date,Last Stage Update,Lost Reason,Created on,Active", "odoo/Opportunities"},
		{"id,name,partner_id/id,user_id/id,stage_id/id,expected_revenue,date_deadline,date_closed", "odoo/Opportunities, technical names"},
		{"商机编号,商机名称,客户ID,商机阶段,预估金额,实际金额,预期成交日期,实际成交日期,负责人,优先级,创建时间", "fxiaoke/商机"},
		{"商机名称,客户名称,商机金额,销售阶段,商机状态,赢率,预计结单日期,负责人,创建时间", "fxiaoke/商机"},
		{"合同名称,合同金额,合同开始时间,合同到期时间,合同状态,客户名称", "fxiaoke/合同"},
		{"机会编号,机会名称,客户名称,销售金额,预测金额,销售阶段,阶段分类,赢率,结单日期,阶段更新时间", "neocrm/销售机会"},
		{"单据编号,单据类型,业务日期,销售组织,销售组,销售员,往来单位编码,往来单位,结算币别,结算汇率,应收金额,应收金额本位币,单据状态", "kingdee/应收单"},
		{"单据编号,单据类型,业务日期,往来单位编码,往来单位,结算币别,实收金额,实收金额本位币,单据状态", "kingdee/收款单"},
		{"科目编码,科目名称,对账对象编码,对账对象名称,币种,凭证日期,凭证字号,业务日期,业务单号,业务员,摘要,借方-发生-金额,借方-已结-金额,借方-未结-金额,贷方-发生-金额", "yonyou/应收明细"},
		{"opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value", "samples/Maven CRM sales, pipeline"},
	} {
		ms := Rank(vs, NewHeader(strings.Split(strings.ReplaceAll(c.header, `""`, `"`), ",")))
		if len(ms) == 0 || !ms[0].Fits || ms[0].Object.ID() != c.want {
			t.Errorf("%s\n is taken for %s, want %s", c.header, names(ms), c.want)
		}
	}
}

// A header folds and its order does not matter: the score stays.
func TestRankIsOfASet(t *testing.T) {
	vs := load(t)
	plain := strings.Split("Id,AccountId,Name,StageName,Amount,CloseDate,CreatedDate,IsWon,IsDeleted,OwnerId", ",")
	want := Rank(vs, NewHeader(plain))[0]
	other := slices.Clone(plain)
	slices.Reverse(other)
	for i := range other {
		other[i] = "*" + strings.ToUpper(other[i]) + " "
	}
	got := Rank(vs, NewHeader(other))[0]
	if got.Object != want.Object || got.Score != want.Score {
		t.Errorf("%s %d became %s %d", want.Object.ID(), want.Score, got.Object.ID(), got.Score)
	}
}

// Every table of ours is known by its own headings, all of them and the
// required ones alone.
func TestRankKnowsOurOwnTables(t *testing.T) {
	vs := load(t)
	for _, spec := range ingest.Tables() {
		for _, header := range [][]string{spec.Columns, spec.Required} {
			ms := Rank(vs, NewHeader(header))
			if len(ms) == 0 || !ms[0].Fits || ms[0].Score != 100 && len(header) == len(spec.Columns) {
				t.Errorf("%s by %v is taken for %s", spec.Name, header, names(ms))
				continue
			}
			best := ms[0].Object
			if best.ID() != "crmreport/"+spec.Name && !slices.ContainsFunc(ms, func(m Match) bool {
				return m.Fits && m.Score == ms[0].Score && m.Object.ID() == "crmreport/"+spec.Name
			}) {
				t.Errorf("%s by %v is taken for %s", spec.Name, header, names(ms))
			}
		}
	}
}

func TestRankRefusesWhatFitsNothing(t *testing.T) {
	vs := load(t)
	for _, header := range []string{
		"deal_stage,Won,,,,,Quarterly Sales Performance,,,,,,,,,,,,",
		"a,b,c", "id,name", "", "origin,total_leads,won_deals,conv_rate_pct,avg_days_to_close",
		"customer_id,colour,shoe_size,favourite_food",
	} {
		if ms := Rank(vs, NewHeader(strings.Split(header, ","))); len(ms) > 0 && ms[0].Fits {
			t.Errorf("%q is taken for %s", header, names(ms))
		}
	}
}

// What an object feeds are families of metrics, and one that feeds no table feeds
// none.
func TestFeedsAreFamilies(t *testing.T) {
	families := []string{"conversion", "activity", "funnel", "forecast", "renewal", "receivables", "commission"}
	for _, v := range load(t) {
		for _, o := range v.Objects {
			for _, f := range o.Feeds {
				if !slices.Contains(families, f) {
					t.Errorf("%s feeds %q, which is no family", o.ID(), f)
				}
			}
			if (len(o.Tables) == 0) != (len(o.Feeds) == 0) && !o.Own() {
				t.Errorf("%s has %d tables and feeds %v", o.ID(), len(o.Tables), o.Feeds)
			}
		}
	}
}

// Every header that decides is one that the object itself can be found by: a
// header made of all of them fits, whatever else stands beside.
func TestEveryObjectFitsItsOwnHeaders(t *testing.T) {
	for _, v := range load(t) {
		for _, o := range v.Objects {
			var header []string
			for _, m := range o.Must {
				first, _, _ := strings.Cut(m, "|")
				header = append(header, strings.TrimSpace(first))
			}
			if m := o.match(NewHeader(header)); !m.Fits {
				t.Errorf("%s lacks %v, has %v", o.ID(), m.Lacking, m.Against)
			}
		}
	}
}

// A preset that is held against the tables names no field that is not there.
func TestCheckFindsFaults(t *testing.T) {
	ok := Object{Name: "o", Verified: "no", Must: []string{"a"}, Tables: []Feed{{Table: "deals", Columns: map[string][]string{"deal_id": {"Id"}}}}}
	for want, change := range map[string]func(*Object){
		"":                            func(o *Object) {},
		`there is no table "deal"`:    func(o *Object) { o.Tables = []Feed{{Table: "deal"}} },
		`did you mean "deal_id"?`:     func(o *Object) { o.Tables = []Feed{{Table: "deals", Columns: map[string][]string{"deal_ids": nil}}} },
		"must is empty":               func(o *Object) { o.Must = nil },
		"verified does not say":       func(o *Object) { o.Verified = "" },
		"feeds nothing and does not":  func(o *Object) { o.Tables = nil },
		"a name of its own is needed": func(o *Object) { o.Name = "" },
	} {
		o := ok
		change(&o)
		v := Vendor{Objects: []Object{o}}
		err := v.check()
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

func TestWordsOfTheFeedGoBeforeCommonOnes(t *testing.T) {
	w, err := CommonWords()
	if err != nil {
		t.Fatal(err)
	}
	f := &Feed{Table: "deals", Words: map[string]map[string][]string{"stage": {"proposal": {"Won"}}}}
	for word, want := range map[string]string{"Won": "proposal", "closed-won": "won", "Verloren": "lost", "ＣＬＯＳＥＤ ＬＯＳＴ": "lost"} {
		if got, ok := w.Mean(f, "stage", word); !ok || got != want {
			t.Errorf("%s is %q, want %q", word, got, want)
		}
	}
	if got, ok := w.Mean(f, "stage", "Discovery"); ok {
		t.Errorf("Discovery is %q", got)
	}
	if got, _ := w.Mean(&Feed{Table: "stage_history"}, "stage", "Closed Won"); got != "won" {
		t.Errorf("the words of deals are not those of their history: %q", got)
	}
}

func names(ms []Match) string {
	var out []string
	for _, m := range ms[:min(len(ms), 3)] {
		out = append(out, m.Object.ID())
	}
	return strings.Join(out, ", ")
}
