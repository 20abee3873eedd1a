package inspect

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"crmreport/cmd/internal/config"
	"crmreport/cmd/internal/preset"
	"crmreport/ingest"
	"crmreport/ingest/crm"
	"crmreport/ingest/dialect"
)

// propose inspects a folder of name, text pairs.
func propose(t testing.TB, o Options, files ...string) (*Proposal, string) {
	t.Helper()
	fsys := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		fsys[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	folder, err := Walk(fsys)
	if err != nil {
		t.Fatal(err)
	}
	o.Folder = folder
	looked, err := Look(fsys, folder.Names)
	if err != nil {
		t.Fatal(err)
	}
	p, err := Propose(looked, o)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := p.WriteYAML(&b); err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	if err := p.WriteText(&text); err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(text.String(), b.String()) {
		t.Error("the text does not end with the configuration")
	}
	return p, b.String()
}

// parse reads a proposed configuration as build does.
func parse(t testing.TB, text string) config.Config {
	t.Helper()
	c, err := config.Parse("c.yaml", []byte(text))
	if err != nil {
		t.Fatalf("build would refuse the proposal: %v\n%s", err, text)
	}
	return c
}

const opportunities = `Id,AccountId,Name,StageName,Amount,CloseDate,CreatedDate,IsClosed,IsWon,IsDeleted,OwnerId,Type,Status
006q000000HddohAAB,0015500000Xyy06AAB,a,Prospecting,100.00,2025-04-01,2025-01-02,false,false,false,0051G00000600MlQAI,New Business,theirs
006q000000HddoiAAB,0015500000Xyy06AAB,b,Weird Name,200.00,2025-02-01,2025-01-03,true,true,false,0051G00000600MlQAI,Renewal,theirs
006q000000HddojAAB,0015500000Xyy06AAB,c,Another,300.00,2025-02-02,2025-01-04,true,false,false,0051G00000600MlQAI,New Business,theirs
006q000000HddokAAB,0015500000Xyy06AAB,d,Qualification,400.00,2025-05-02,2025-01-04,false,false,true,0051G00000600MlQAI,New Business,theirs
`

// A Salesforce folder: what IsWon and IsClosed say of a stage decides which end
// it is, whatever it is called; deleted rows are skipped; a column of theirs
// that is called like one of ours is not read.
func TestProposeSalesforce(t *testing.T) {
	p, text := propose(t, Options{}, "Opportunity.csv", opportunities,
		"OpportunityHistory.csv", "Id,OpportunityId,StageName,CreatedDate,Amount,IsDeleted,CreatedById\n1,006q000000HddohAAB,Prospecting,2025-01-02T08:00:00.000Z,1,0,x\n",
		"User.csv", "Id,Name,ManagerId,UserRoleId,IsActive\n0051G00000600MlQAI,Brandon,,r,true\n")
	c := parse(t, text)
	if len(p.Open()) > 0 || !p.Ready() {
		t.Errorf("open questions: %v", p.Open())
	}
	var tables []string
	for _, s := range c.Ingest.Sources {
		tables = append(tables, s.Table)
		if !s.Only {
			t.Errorf("%s reads columns that it does not name", s.Table)
		}
	}
	if want := []string{"deals", "contracts", "stage_history", "reps"}; !slices.Equal(tables, want) {
		t.Fatalf("tables are %v, want %v\n%s", tables, want, text)
	}
	deals, contracts := c.Ingest.Sources[0], c.Ingest.Sources[1]
	if got := deals.Words["stage"]; got["Weird Name"] != "won" || got["Another"] != "lost" || got["Prospecting"] != "prospecting" {
		t.Errorf("stages mean %v", got)
	}
	if got := deals.Words["type"]; got["New Business"] != "new" {
		t.Errorf("types mean %v", got)
	}
	if _, mapped := deals.Columns["status"]; mapped || deals.Zone != "UTC" || deals.IDs == 0 {
		t.Errorf("deals: %+v", deals)
	}
	if len(contracts.When) == 0 || contracts.When[0].Column != "StageName" || !slices.Equal(contracts.When[0].In, []string{"Weird Name"}) {
		t.Errorf("signings are rows where %v", contracts.When)
	}
	var ids []string
	for _, s := range c.Ingest.Pipeline.Stages {
		ids = append(ids, s.ID)
	}
	if !slices.Equal(ids, []string{"prospecting"}) { // Qualification stands only on a deleted row
		t.Errorf("open stages are %v", ids)
	}
	if !strings.Contains(text, "skips 1 of 4 rows: true 1") {
		t.Errorf("the deleted row is not counted:\n%s", text)
	}
}

// What tells signings from open deals must be there: without it a view of lost
// deals would be a list of contracts.
func TestProposeNeverTakesAnyDealForASigning(t *testing.T) {
	p, text := propose(t, Options{}, "lost.csv", "Topic,Potential Customer,Est. Revenue,Actual Close Date,Owner\nA,Contoso,1,2025-01-01,o\n")
	if p.Ready() || strings.Contains(text, "table: contracts") || !strings.Contains(text, "MISSING: there is no column for stage; export it (in Dynamics 365 it is called Sales Stage or Pipeline Phase") {
		t.Errorf("proposed:\n%s", text)
	}
	parse(t, text)
}

// A contracts export stands before the won deals that only stand in for one.
func TestProposeInstead(t *testing.T) {
	_, text := propose(t, Options{}, "Opportunity.csv", opportunities,
		"contracts.csv", "contract_id,customer_id,rep_id,sign_date,amount\n1,c,r,2025-01-01,5\n")
	c := parse(t, text)
	n := 0
	for _, s := range c.Ingest.Sources {
		if s.Table == "contracts" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d sources feed contracts:\n%s", n, text)
	}
}

// A date that may be read in two ways is asked for, and build is not told one;
// --accept-guesses takes the first answer and says so.
func TestProposeAsksForAmbiguousDates(t *testing.T) {
	visits := "visit_id,rep_id,customer_id,start_at\n1,r,c,03/04/2025\n2,r,c,05/06/2025\n"
	p, text := propose(t, Options{}, "visits.csv", visits)
	if len(p.Open()) != 1 || strings.Contains(text, "\n    date_order") || !strings.Contains(text, "# QUESTION visits.csv: column start_at") {
		t.Errorf("questions: %v\n%s", p.Open(), text)
	}
	if c := parse(t, text); c.Ingest.Sources[0].DateOrder != 0 {
		t.Error("a guess stands in the configuration")
	}
	p, text = propose(t, Options{Accept: true}, "visits.csv", visits)
	if len(p.Open()) != 0 || !strings.Contains(text, "\n    date_order: ") || !strings.Contains(text, "# ASSUMED visits.csv") {
		t.Errorf("accepted: %v\n%s", p.Open(), text)
	}
	parse(t, text)
	// Years of two digits are stated as layouts, whatever proves them.
	_, text = propose(t, Options{Accept: true}, "invoices.csv", "invoice_id,customer_id,invoice_date,due_date,amount\n1,c,1/2/25,13/2/25,5\n2,c,3/2/25,4/3/25,5\n")
	if got := parse(t, text).Ingest.Sources[0].Dates; !slices.Equal(got, []string{"D/M/YY"}) {
		t.Errorf("dates: %v\n%s", got, text)
	}
	// One date proves the column, and answers for the others of the file.
	p, text = propose(t, Options{}, "invoices.csv", "invoice_id,customer_id,invoice_date,due_date,amount\n1,c,1/2/2025,2/13/2025,5\n2,c,3/2/2025,4/3/2025,5\n")
	if len(p.Open()) != 0 || !strings.Contains(text, "date_order: mdy") || !strings.Contains(text, "CHECK: another column") {
		t.Errorf("proven by another column: %v\n%s", p.Open(), text)
	}
	p, text = propose(t, Options{}, "visits.csv", visits+"3,r,c,25/06/2025\n")
	if len(p.Open()) != 0 || !strings.Contains(text, "date_order: dmy") {
		t.Errorf("proven: %v\n%s", p.Open(), text)
	}
}

// An optional column with words that nobody knows is left out and named; every
// row would be rejected for it.
func TestProposeLeavesOutUnknownWords(t *testing.T) {
	_, text := propose(t, Options{}, "visits.csv", "visit_id,rep_id,customer_id,start_at,channel,met_role\n1,r,c,2025-01-01,Meetng,KP\n2,r,c,2025-01-02,visit,KP\n")
	c := parse(t, text)
	got := c.Ingest.Sources[0].Columns
	if _, ok := got["channel"]; ok || got["met_role"] != "met_role" || !strings.Contains(text, "Meetng (1)") {
		t.Errorf("columns %v\n%s", got, text)
	}
}

func TestProposeSaysWhyAFileFeedsNothing(t *testing.T) {
	p, text := propose(t, Options{}, "a.csv", "colour,size\nred,4\n", "b.xlsx", "PK\x03\x04rest of a workbook", "empty.csv", "",
		"credit_note.csv", "credit_note_id,contact_id\n1,2\n", "ignored.pdf", "%PDF")
	if p.Ready() || len(p.Unused) != 4 {
		t.Fatalf("unused: %v", p.Unused)
	}
	for _, want := range []string{"a.csv feeds nothing: no preset", "b.xlsx feeds nothing", "save it as", "credit note without its date", "empty.csv feeds nothing"} {
		if !strings.Contains(strings.Join(strings.Fields(strings.ReplaceAll(text, "#", " ")), " "), want) {
			t.Errorf("nothing says %q:\n%s", want, text)
		}
	}
	parse(t, text)
}

// A file without rows is an export of an empty list: it is mapped all the same.
func TestProposeEmptyExport(t *testing.T) {
	p, text := propose(t, Options{}, "rowless.csv", "visit_id,rep_id,customer_id,start_at\n")
	if c := parse(t, text); !p.Ready() || len(c.Ingest.Sources) != 1 || !strings.Contains(text, "a header and no rows") {
		t.Errorf("proposed:\n%s", text)
	}
}

// Files of one form are one source; a file that repeats another's ids is asked
// about and left out, so that nothing is counted twice.
func TestProposeJoinsFiles(t *testing.T) {
	row := func(from, to int) string {
		var b strings.Builder
		b.WriteString("invoice_id,customer_id,invoice_date,amount\n")
		for i := from; i < to; i++ {
			fmt.Fprintf(&b, "%d,c,2025-01-01,5\n", i)
		}
		return b.String()
	}
	p, text := propose(t, Options{}, "2024.csv", row(0, 10), "2025.csv", row(10, 20), "copy.csv", row(10, 20))
	c := parse(t, text)
	if len(c.Ingest.Sources) != 1 || !slices.Equal(c.Ingest.Sources[0].Files, []string{"2024.csv", "2025.csv"}) {
		t.Errorf("files: %v", c.Ingest.Sources[0].Files)
	}
	if open := p.Open(); len(open) != 1 || open[0].File != "copy.csv" || !strings.Contains(open[0].Text, "10 of its 10 ids are in 2025.csv too") {
		t.Errorf("questions %v\n%s", open, text)
	}
}

func TestEnteredLabel(t *testing.T) {
	for header, want := range map[string]string{
		`Date entered "Discovery (Sales Pipeline)"`: "Discovery",
		`Date entered 'Discovery'`:                  "Discovery",
		`Date entered “Demo (Sales Pipeline)”`:      "Demo",
		`Date Entered ‘Demo’`:                       "Demo",
		`hs_v2_date_entered_closedwon`:              "closedwon",
		`Date entered "Offer (2nd)" `:               "Offer",
		`Date exited "Demo"`:                        "",
		`Date entered `:                             "",
		`Create Date`:                               "",
	} {
		if got := enteredLabel(header); got != want {
			t.Errorf("%s names %q, want %q", header, got, want)
		}
	}
}

func TestShortYears(t *testing.T) {
	for _, c := range []struct {
		cells  string
		layout string
		sure   bool
	}{
		{"1/08/26 14/04/26", "D/M/YY", true},
		{"20-10-16 01-03-17", "D-M-YY", true},
		{"10/20/16 3/1/17", "M/D/YY", true},
		{"1/2/25 3/4/25", "D/M/YY", false},
		{"13/2/25 3/14/25", "D/M/YY", false}, // both orders are proven: it is a question
		{"2025-01-01 2025-01-02", "", false},
		{"1/2/2025", "", false},
		{"", "", false},
	} {
		cells := func(yield func(int, string) bool) {
			for i, s := range strings.Fields(c.cells) {
				if !yield(i+2, s) {
					return
				}
			}
		}
		layout, sure, _ := shortYears(cells)
		if layout != c.layout || sure != c.sure {
			t.Errorf("%s: %s, sure %v; want %s, %v", c.cells, layout, sure, c.layout, c.sure)
		}
	}
}

// Stages are put in order by what the files know of it.
func TestStageOrder(t *testing.T) {
	deals := func(stages ...string) string {
		var b strings.Builder
		b.WriteString("Deal - ID,Deal - Title,Deal - Value,Deal - Owner,Deal - Status,Deal - Stage,Deal - Deal created,Deal - Probability\n")
		for i, s := range stages {
			name, probability, _ := strings.Cut(s, "=")
			fmt.Fprintf(&b, "%d,t,1,o,Open,%s,2025-01-01,%s\n", i, name, probability)
		}
		return b.String()
	}
	for _, c := range []struct {
		name, note string
		stages     []string
		want       string
	}{
		{"as shipped", "ships", []string{"Proposal Made", "Qualified", "Demo Scheduled"}, "qualified demo_scheduled proposal_made"},
		{"by probability", "mean probability", []string{"Pricing=60", "Intro=10", "Trial=30"}, "intro trial pricing"},
		{"by number", "numbers in their names", []string{"3 Offer", "1 Intro", "2 Demo"}, "1_intro 2_demo 3_offer"},
		{"by nothing", "put them in order", []string{"Zeta", "Alpha"}, "alpha zeta"},
	} {
		p, text := propose(t, Options{}, "deals.csv", deals(c.stages...))
		var ids []string
		for _, s := range parse(t, text).Ingest.Pipeline.Stages {
			ids = append(ids, s.ID)
		}
		if strings.Join(ids, " ") != c.want || !strings.Contains(p.StageNote, c.note) {
			t.Errorf("%s: %v (%s), want %s", c.name, ids, p.StageNote, c.want)
		}
	}
}

// Whatever a cell or a header holds, the configuration says the same text.
func FuzzScalar(f *testing.F) {
	for _, s := range []string{"", "a", "true", "No", "1", "1e3", "0x1F", " a", "a: b", "a #b", `Date entered "x"`, "商机", "- x", "{a}", "\u2028", "\t", "\x00", "~", "1:30", "2025-01-01", "=", "<<", "!x", "&a", "*b", "|", ">", "%", "@", "`", "'", "?", "\u0085", "\uFEFF", "entered:a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "?")
		var got struct {
			Map  map[string]string `yaml:"map"`
			List []string          `yaml:"list"`
		}
		text := "map:\n  " + scalar("k"+s) + ": " + scalar(s) + comment(s) + "\nlist: " + list([]string{s, "x"}) + "\n"
		if err := config.Decode("t", []byte(text), &got); err != nil {
			t.Fatalf("%q is written as\n%s%v", s, text, err)
		}
		if got.Map["k"+s] != s || len(got.List) != 2 || got.List[0] != s {
			t.Fatalf("%q is read back as %q from\n%s", s, got, text)
		}
	})
}

// No file makes inspect panic, and what it proposes is always a configuration.
func FuzzPropose(f *testing.F) {
	for _, s := range []string{opportunities, "visit_id,rep_id,customer_id,start_at\n1,r,c,03/04/2025\n", "Record ID;Deal Name;Deal Stage;\"Date entered \"\"x\"\"\"\n1;a;\"q\nr\";2025-01-01\n",
		"deal_id,stage,rep_id,created_at\n1,\"won: [x]\",#,{}\n", "\xEF\xBB\xBFTopic,Est. Revenue\n", "mql_id,first_contact_date,origin\n1,2020-01-01,\n"} {
		f.Add([]byte(s), false)
	}
	vendors, err := preset.All() // once: reading them is most of the time
	if err != nil {
		f.Fatal(err)
	}
	vendors = append(vendors, preset.Own())
	wanted := preset.Headers(vendors)
	f.Fuzz(func(t *testing.T, data []byte, accept bool) {
		open := func(name string, spec dialect.Spec) (*dialect.File, error) {
			return dialect.Open(fstest.MapFS{name: {Data: data}}, name, spec)
		}
		looked := look(open, "f.csv", vendors, wanted)
		p, err := Propose([]*File{looked}, Options{Accept: accept})
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := p.WriteText(&b); err != nil {
			t.Fatal(err)
		}
		_, text, _ := strings.Cut(b.String(), "prints it alone):\n")
		parse(t, text)
	})
}

// Two columns of one name: the configuration names the first as build finds it.
func TestProposeDuplicateHeaders(t *testing.T) {
	_, text := propose(t, Options{}, "v.csv", "visit_id,rep_id,customer_id,start_at,start_at\n1,r,c,2025-01-01,2024-01-01\n")
	c := parse(t, text)
	if got := c.Ingest.Sources[0].Columns["start_at"]; got != "start_at#1" {
		t.Errorf("start_at is %q\n%s", got, text)
	}
	o := c.Ingest
	o.AsOf = crm.DateOf(2025, 12, 31)
	b, _, err := ingest.Read(fstest.MapFS{"v.csv": {Data: []byte("visit_id,rep_id,customer_id,start_at,start_at\n1,r,c,2025-01-01,2024-01-01\n")}}, o)
	if err != nil || len(b.Visits) != 1 || b.Visits[0].At.Date() != crm.DateOf(2025, 1, 1) {
		t.Errorf("%v, %v", b, err)
	}
}
