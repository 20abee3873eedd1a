package cli

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing/fstest"

	"crmreport/cmd/internal/pipeline"
	"crmreport/ingest"
	"crmreport/ingest/crm"
)

const catalogueHead = `# Errors, and what to do

Whatever is wrong with an export, crmreport says where, what it expected and what to do, and never guesses. This
page has every message about input, each with the smallest input that provokes it. It is made by a test that feeds
these inputs to the program (` + "`go test ./cmd/internal/cli -run Catalogue -update`" + `): what stands here is what
is printed.

Three things can happen:

- **The run stops.** Nothing is published, and the report before stays as it was. The message goes to stderr.
- **The row is left out** and counted as rejected. The run goes on as long as no more than ` + "`--max-rejects`" + ` of a
  table's rows (1 %) are. ` + "`rejects/<table>.csv`" + ` has every such row with its place, its reason and its text as it
  stands in the file. A cell there that a spreadsheet would take for a formula begins with an apostrophe.
- **The row is kept** and listed on the page under data quality, since it is odd but may be right.

Of every file, rows read = accepted + duplicates + rejected + skipped. Skipped are rows that are no data (blank ones,
titles above the header, the header again, totals and page feet), rows of other tables of the same file, and rows dated
after the as-of day; ` + "`run.json`" + ` counts each.

| exit code | means |
|---|---|
| 0 | published, or nothing new |
| 3 | published, but an optional file did not come, or a file is stale, cut short, or last week's |
| 64 | wrong usage |
| 65 | bad or ambiguous data, or too many rejected rows |
| 66 | an input is missing or stale |
| 70 | a bug: please report it |
| 73, 74 | cannot create or write the output, cannot read an input |
| 75 | an export is still being written (--settle): try again later |
| 78 | the configuration is wrong |
`

const (
	visitsHead    = "visit_id,rep_id,customer_id,start_at\n"
	visitsCSV     = visitsHead + "v1,r1,c1,2025-03-03\n"
	dealsHead     = "deal_id,rep_id,stage,created_at\n"
	tiersHead     = "plan,rate,from_amount,to_amount,tier_mode,valid_from\n"
	contractsHead = "contract_id,customer_id,rep_id,sign_date,amount\n"
)

// wholeVisits are rows that rows: repair can learn from.
func wholeVisits(n int) (out string) {
	for i := 1; i <= n; i++ {
		out += fmt.Sprintf("v%d,r1,c1,2025-03-%02d\n", i, 1+i%5)
	}
	return out
}

func visitsFile(text string) []string { return []string{"visits.csv", text} }

// visitsConf is a configuration whose one source has further keys.
func visitsConf(keys string) string {
	return "sources:\n  - {table: visits, files: [visits.csv]" + keys + "}\n"
}

func dealsConf(keys string) string {
	return "sources:\n  - {table: deals, files: [deals.csv]" + keys + "}\n"
}

// zipped is a text in a gzip file.
func zipped(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	io.WriteString(z, text)
	z.Close()
	return b.String()
}

// readWith reads one source of visits.csv as a program would that calls ingest.
func readWith(s ingest.Source) func() error {
	return func() error {
		s.Place = "crmreport.yaml:2"
		o := ingest.DefaultOptions()
		o.Sources = []ingest.Source{s}
		_, _, err := ingest.Read(fstest.MapFS{"visits.csv": {Data: []byte(visitsCSV)}}, o)
		return err
	}
}

// growing is a folder whose file has grown when it is opened again.
type growing struct {
	fstest.MapFS
	opened int
}

func (g *growing) Open(name string) (fs.File, error) {
	if name == "visits.csv" {
		if g.opened++; g.opened > 1 {
			g.MapFS[name] = &fstest.MapFile{Data: []byte(visitsCSV + "v2,r1,c1,2025-03-03\n")}
		}
	}
	return g.MapFS.Open(name)
}

func readGrowing() error {
	o := ingest.DefaultOptions()
	o.Sources = []ingest.Source{{Table: "visits", Files: []string{"visits.csv"}}}
	_, _, err := ingest.Read(&growing{MapFS: fstest.MapFS{"visits.csv": {Data: []byte(visitsCSV)}}}, o)
	return err
}

// readWithLittle reads with hardly any memory, and without a folder for a
// temporary file.
func readWithLittle() error {
	o := ingest.DefaultOptions()
	o.Sources = []ingest.Source{{Table: "visits", Files: []string{"visits.csv"}}}
	o.Memory, o.Scratch = 1, "no-such-folder"
	_, _, err := ingest.Read(fstest.MapFS{"visits.csv": {Data: []byte(visitsCSV)}}, o)
	return err
}

// readKept reads the pipeline kept of a week, which is a file with a text or a
// folder.
func readKept(text string, mode fs.FileMode) func() error {
	return func() error {
		name := filepath.Join("reports", filepath.FromSlash(pipeline.Name("2025-W09")))
		err := os.MkdirAll(filepath.Dir(name), 0o700)
		if mode.IsDir() {
			err = errors.Join(err, os.Mkdir(name, mode.Perm()))
		} else {
			err = errors.Join(err, os.WriteFile(name, []byte(text), mode))
		}
		if err != nil {
			return err
		}
		_, err = pipeline.Read("reports", crm.DateOf(2025, 3, 9))
		return err
	}
}

// lookUpAgain looks for a row that is there no longer.
func lookUpAgain() error {
	data := fstest.MapFS{"visits.csv": {Data: []byte(visitsCSV)}}
	o := ingest.DefaultOptions()
	o.Sources = []ingest.Source{{Table: "visits", Files: []string{"visits.csv"}}}
	o.AsOf = crm.DateOf(2025, 3, 9)
	book, _, err := ingest.Read(data, o)
	if err != nil {
		return err
	}
	data["visits.csv"] = &fstest.MapFile{Data: []byte(visitsHead)}
	_, err = ingest.Originals(data, o, []crm.RowRef{{Table: "visits", Pos: book.Visits[0].Pos}})
	return err
}

// catalogue is every message about input.
var catalogue = []section{
	{title: "Files that are not read", so: stops, text: "The run stops at what a file is. All such files are named in one run.", entries: []entry{
		{code: "xlsx", means: "The file is a workbook of Excel, whatever its name says.", examples: []example{{files: visitsFile("PK\x03\x04\x14")}}},
		{code: "xls", means: "The file is a workbook of an old Excel.", examples: []example{{files: visitsFile("\xD0\xCF\x11\xE0\xA1")}}},
		{code: "empty_file", means: "The file has no row at all, or none with text.", examples: []example{{files: visitsFile("\n,,\n")}}},
		{code: "not_utf8", means: "The file is not UTF-8, has no byte order mark, and does not look like Chinese text in GB18030. Latin-1 is never guessed: any bytes are.",
			examples: []example{{files: visitsFile(visitsHead + "v1,r1,Garc\xEDa,2025-03-03\n"), mended: visitsConf(", encoding: windows-1252")}}},
		{code: "nul_bytes", means: "The file has bytes that stand in no text.",
			examples: []example{{files: visitsFile("v\x00i\x00s\x00"), shown: "`visits.csv` in UTF-16 without a byte order mark"}}},
		{code: "undecodable", means: "The file is not in the encoding that is stated, or that its byte order mark names.",
			examples: []example{{files: visitsFile(visitsHead + "v1,r1,Jos\xE9,2025-03-03\n"), conf: visitsConf(", encoding: gbk"), mended: visitsConf(", encoding: latin-1")}}},
		{code: "encoding_mismatch", means: "The byte order mark contradicts the encoding that is stated.",
			examples: []example{{files: visitsFile("\uFEFF" + visitsCSV), conf: visitsConf(", encoding: gbk"), mended: visitsConf(", encoding: utf-8")}}},
		{code: "bad_gzip", means: "A compressed file is cut off, damaged, or packed twice.", examples: []example{
			{files: visitsFile(zipped(visitsCSV)[:20]), shown: "the first 20 bytes of a compressed file"},
			{files: visitsFile(zipped(zipped(visitsCSV))), shown: "a file that was compressed twice"}}},
		{code: "bad_quotes", means: "A quote is not closed, or stands where none may. Nothing behind it can be trusted, so no row is.", examples: []example{
			{files: visitsFile(visitsHead + "v1,r1,\"c1,2025-03-03\nv2,r1,c2,2025-03-04\n")},
			{files: visitsFile(visitsHead + "v1,r1,the \"best\",2025-03-03\n"), mended: visitsConf(", quotes: lenient")}}},
		{code: "header_line", means: "The header is not where the configuration says it is.", examples: []example{
			{files: visitsFile(visitsCSV), conf: visitsConf(", header_line: 9"), mended: visitsConf(", header_line: 1")},
			{files: visitsFile(visitsHead), conf: visitsConf(", header_rows: 2"), mended: visitsConf(", header_rows: 1")}}},
		{code: "header_unsure", means: "Several rows hold as many of the names that are looked for.",
			examples: []example{{files: visitsFile("rep_id,start_at,x,y\nvisit_id,customer_id,x,y\n1,2,3,4\n")}}},
		{code: "cannot_read", means: "The system does not let the file be read, or the disk fails.", examples: []example{{files: []string{"visits.csv/", ""}, shown: "a folder that is called `visits.csv`", conf: visitsConf("")}}},
		{code: "no_scratch", means: "What is read is more than `--memory` allows, and there is no room for it on the disk (`$TMPDIR`, else `/var/tmp`).",
			examples: []example{{direct: readWithLittle, why: "Where the folder for temporary files is not there, a large `build` prints"}}},
		{code: "changed", means: "The file was written to while it was read.",
			examples: []example{{direct: readGrowing, why: "When a row is added to the file between the two passes over it, `build` prints"}}},
		{code: "file_changed", means: "`explain` looks up a row again, and the file has changed since it was read.",
			examples: []example{{direct: lookUpAgain, why: "When the row is deleted while `explain` computes, it prints"}}},
		{code: "bad_encoding", means: "The encoding that is stated does not exist.",
			examples: []example{{files: visitsFile(visitsCSV), conf: visitsConf(", encoding: ebcdic"), direct: readWith(ingest.Source{Table: "visits", Files: []string{"visits.csv"}, Encoding: "ebcdic"})}}},
		{code: "bad_delimiter", means: "The delimiter that is stated cannot be one.",
			examples: []example{{files: visitsFile(visitsCSV), conf: visitsConf(`, delimiter: "\""`), direct: readWith(ingest.Source{Table: "visits", Files: []string{"visits.csv"}, Delimiter: '"'})}}},
	}},
	{title: "Columns that are not read", so: stops, text: "The run stops at a column: what it holds, or that it is not there. What the cells do not settle is asked, with the key that answers it.", entries: []entry{
		{code: "missing_column", means: "A column that the table needs, or that the configuration names, is not in the file. A pivot report under the export's name ends here too.", examples: []example{
			{files: visitsFile("visit_id,rep_id,customer_id,start_on\nv1,r1,c1,2025-03-03\n"), mended: visitsConf(", columns: {start_at: start_on}")},
			{files: visitsFile(visitsCSV), conf: visitsConf(", when: [{column: Kind, in: [Visit]}]")}}},
		{code: "duplicate_column", means: "Two columns have the name that is looked for.",
			examples: []example{{files: visitsFile("visit_id,rep_id,customer_id,start_at,rep_id\nv1,r1,c1,2025-03-03,r2\n"), mended: visitsConf(", columns: {rep_id: rep_id#2}")}}},
		{code: "ambiguous_date", means: "A date may be read in two ways, and no cell of the column decides.", examples: []example{
			{files: visitsFile(visitsHead + "v1,r1,c1,04/03/2025\n"), mended: visitsConf(", date_order: dmy")},
			{files: visitsFile(visitsHead + "v1,r1,c1,04/03/2025\n"), conf: visitsConf(", dates: [D/M/YYYY, M/D/YYYY]"), mended: visitsConf(", dates: [D/M/YYYY]")}}},
		{code: "mixed_dates", means: "One cell proves one order of day and month, another the other; or Excel has converted a part of the column.", examples: []example{
			{files: visitsFile(visitsHead + "v1,r1,c1,31/03/2025\nv2,r1,c1,03/31/2025\n"), mended: visitsConf(", date_order: dmy")},
			{files: visitsFile(visitsHead + "v1,r1,c1,45723\nv2,r1,c1,31/03/2025\n")}}},
		{code: "short_years", means: "The years of a column have two digits, so that several readings are possible. `inspect` asks; `build` rejects such cells as bad_date unless the layout is stated.", remedy: "state the layout under dates",
			examples: []example{{files: visitsFile(visitsHead + "v1,r1,c1,03/04/25\n"), args: []string{"inspect", "exports"}, codeOf: func() string {
				p := ingest.ProfileColumn("start_at", 0, func(yield func(int, string) bool) { yield(2, "03/04/25") })
				return p.Code
			}}}},
		{code: "ambiguous_number", means: "A number may be read with a decimal point or a decimal comma, and no cell of the column decides.",
			examples: []example{{files: []string{"deals.csv", strings.TrimSpace(dealsHead) + ",amount\nd1,r1,contact,2025-03-03,1.234\n"}, mended: dealsConf(`, decimal: ","`)}}},
		{code: "mixed_decimals", means: "One cell proves a decimal point, another a decimal comma.",
			examples: []example{{files: []string{"deals.csv", strings.TrimSpace(dealsHead) + ",amount\nd1,r1,contact,2025-03-03,12.50\nd2,r1,contact,2025-03-03,\"12,50\"\n"}, mended: dealsConf(`, decimal: "."`)}}},
		{code: "mixed_grouping", means: "One cell has groups of three digits (1,234,567), another groups of two as in India (12,34,567): mostly two sources in one file.",
			examples: []example{{files: []string{"deals.csv", strings.TrimSpace(dealsHead) + ",amount\nd1,r1,contact,2025-03-03,\"1,00,000\"\nd2,r1,contact,2025-03-03,\"1,234,567\"\n"}, mended: dealsConf(`, decimal: "."`)}}},
		{code: "mixed_percent", means: "Some cells have a percent sign, and plain numbers beside them may be percents or not.",
			examples: []example{{files: []string{"commission_rates.csv", "rate,valid_from\n8%,2025-01-01\n0.05,2025-01-01\n"},
				mended: "sources:\n  - {table: commission_rates, files: [commission_rates.csv], percent: {rate: false}}\n"}}},
		{code: "ambiguous_percent", means: "A confidence index of 10 and more may be a percent or a factor.",
			examples: []example{{files: []string{"confidence.csv", "period,subject_id,given_by,index,submitted_at\n2025-03,r1,r2,80,2025-03-01\n"},
				mended: "sources:\n  - {table: confidence, files: [confidence.csv], percent: {index: true}}\n"}}},
		{code: "damaged_ids", means: "A spreadsheet turned ids into numbers and cut them: nothing joins any more, and two ids may have become one. The whole file is refused.",
			examples: []example{{files: visitsFile(visitsHead + "9.91214E+15,r1,c1,2025-03-03\n")}}},
	}},
	{title: "The folder, the sources and the run", so: stops, text: "The run stops before or behind the rows.", entries: []entry{
		{code: "no_tables", means: "No file of the folder has the name of a table, and no configuration maps the files.",
			examples: []example{{files: []string{"Opportunity.csv", "Id,Name\n1,a\n"}}}},
		{code: "two_files", means: "A table is there twice, plain and compressed.",
			examples: []example{{files: []string{"visits.csv", visitsCSV, "visits.csv.gz", ""}, shown: "`visits.csv` and `visits.csv.gz` in the folder", mended: visitsConf("")}}},
		{code: "missing_file", means: "A source that is not optional matches no file.",
			examples: []example{{files: visitsFile(visitsCSV), conf: "sources:\n  - {table: visits, files: [besuche*.csv]}\n", mended: visitsConf("")}}},
		{code: "bad_glob", means: "A file name of a source is no pattern.",
			examples: []example{{files: visitsFile(visitsCSV), conf: "sources:\n  - {table: visits, files: [\"visits[.csv\"]}\n", mended: visitsConf("")}}},
		{code: "bad_layout", means: "A layout of dates has a token that does not exist, or lacks the day, the month or the year.",
			examples: []example{{files: visitsFile(visitsCSV), conf: visitsConf(", dates: [D/MMM/YYYY]"), mended: visitsConf(", dates: [D/M/YYYY]")}}},
		{code: "unknown_stage", means: "The configuration maps a column of a wide stage history to a stage that the pipeline does not have.",
			examples: []example{{files: []string{"history.csv", "deal_id,Demo at\nd1,2025-03-03\n"}, conf: "sources:\n  - {table: stage_history, files: [history.csv], columns: {\"entered:demo\": Demo at}}\n",
				mended: "stages:\n  - {id: demo}\nsources:\n  - {table: stage_history, files: [history.csv], columns: {\"entered:demo\": Demo at}}\n"}}},
		{code: "no_events", means: "There is no dated event, so that the as-of day cannot be found.",
			examples: []example{{files: visitsFile(visitsHead), args: []string{"build", "--data", "exports", "--out", "reports"}}}},
		{code: "too_many_rejects", means: "More than `--max-rejects` of a table's rows were rejected. The first twenty are named.",
			examples: []example{{files: visitsFile(visitsCSV + "v2,,c1,2025-03-03\n"), mended: "max_rejects: 50%\n"}}},
		{code: "unknown_table", means: "A source names a table that does not exist.",
			examples: []example{{files: visitsFile(visitsCSV), conf: "sources:\n  - {table: visit, files: [visits.csv]}\n", direct: readWith(ingest.Source{Table: "visit", Files: []string{"visits.csv"}})}}},
		{code: "unknown_field", means: "A source names a column that its table does not have.",
			examples: []example{{files: visitsFile(visitsCSV), conf: visitsConf(", columns: {starts_at: start_at}"), direct: readWith(ingest.Source{Table: "visits", Files: []string{"visits.csv"}, Columns: map[string]string{"starts_at": "start_at"}})}}},
		{code: "no_files", means: "A source names no file.",
			examples: []example{{files: visitsFile(visitsCSV), conf: "sources:\n  - {table: visits}\n", direct: readWith(ingest.Source{Table: "visits"})}}},
		{code: "bad_tiers", means: "The brackets of a commission rate leave a gap, overlap, or apply in two ways (R-5.22). Both rows are named: in a gap a sale would earn nothing.",
			remedy: "correct from_amount, to_amount or tier_mode of the rows: the first bracket begins at 0, each where the one before ends, the last has no to_amount",
			examples: []example{
				{files: []string{"commission_rates.csv", tiersHead + "p,0.1,0,15000,whole,2025-01-01\np,0.2,16000,,whole,2025-01-01\n"}},
				{files: []string{"commission_rates.csv", tiersHead + "p,0.1,0,15000,whole,2025-01-01\np,0.2,14000,,whole,2025-01-01\n"}},
				{files: []string{"commission_rates.csv", tiersHead + "p,0.1,0,15000,whole,2025-01-01\np,0.2,15000,,marginal,2025-01-01\n"}},
			}},
		{code: "snapshot_damaged", means: "Exports without a stage history get one from the open pipelines that were kept of earlier weeks, and one of these is damaged. Without it, moves would be dated wrongly.",
			examples: []example{{direct: readKept("cut off", 0o600), why: "When `reports/snapshots/2025-W09.csv.gz` is no such file, `build` prints"}}},
		{code: "snapshot_unread", means: "The system does not let a pipeline that was kept be read, or the disk fails.",
			examples: []example{{direct: readKept("", 0o700|fs.ModeDir), why: "Where a folder is called `reports/snapshots/2025-W09.csv.gz`, `build` prints"}}},
		{code: "bad_zone", means: "A time zone does not exist.",
			examples: []example{{files: visitsFile(visitsCSV), conf: visitsConf(", timezone: Asia/Atlantis"), direct: readWith(ingest.Source{Table: "visits", Files: []string{"visits.csv"}, Zone: "Asia/Atlantis"})}}},
	}},
	{title: "Rows that are rejected", so: rejects, text: "The row is left out and counted. The first thing that is wrong with it is its code.", entries: []entry{
		{code: "blank_required", means: "A cell that the row cannot do without is blank.", remedy: "fill it in the CRM; where another column has it, map that under sources/columns",
			examples: []example{{files: visitsFile(visitsHead + "v1,,c1,2025-03-03\n")}}},
		{code: "ragged", means: "The row has more cells than the header, mostly by a delimiter that is not quoted: no cell is surely in its column.", remedy: "quote the cell, export it again, or state rows: repair",
			examples: []example{{files: visitsFile(visitsHead + "v1,r1,Smith, John,2025-03-03\n")}}},
		{code: "bad_date", means: "The cell is no date, or no day that exists, or a year of two digits.", remedy: "correct it, or state the layout under dates",
			examples: []example{{files: visitsFile(visitsHead + "v1,r1,c1,2025-02-30\n")}, {files: visitsFile(visitsHead + "v1,r1,c1,03/04/25\n")}}},
		{code: "unknown_word", means: "The cell is no word of the vocabulary. The page lists each such word with its count and the nearest known one.", remedy: "map their word to ours under sources/words: `words: {met_role: {divers: driver}}`",
			examples: []example{{files: visitsFile(strings.TrimSpace(visitsHead) + ",met_role\nv1,r1,c1,2025-03-03,divers\n")}}},
		{code: "bad_amount", means: "The cell is no amount of its currency. It is never read as 0.", remedy: "correct it, or take words out of the column",
			examples: []example{{files: []string{"contracts.csv", contractsHead + "k1,c1,r1,2025-03-03,5360 HA\n"}}}},
		{code: "bad_currency", means: "The cell is no currency.", remedy: "write the code, or map the word under sources/words",
			examples: []example{{files: []string{"contracts.csv", strings.TrimSpace(contractsHead) + ",currency\nk1,c1,r1,2025-03-03,5,dollars\n"}}}},
		{code: "currency_contradicts", means: "The amount has the sign of another currency than its row.", remedy: "map the column of the currency, or state it: `constants: {currency: USD}`",
			examples: []example{{files: []string{"contracts.csv", contractsHead + "k1,c1,r1,2025-03-03,$5\n"}}}},
		{code: "negative_amount", means: "The amount is negative where another column gives its direction.", remedy: "give the row the kind that takes back, such as refund, with a positive amount",
			examples: []example{{files: []string{"payments.csv", "payment_id,customer_id,date,amount\np1,c1,2025-03-03,-5\n"}}}},
		{code: "bad_number", means: "The cell is no number, or not of the form that its column needs.", remedy: "correct it",
			examples: []example{{files: []string{"targets.csv", "period,scope_id,measure,value\n2025-03,r1,visits,five\n"}}}},
		{code: "bad_rate", means: "A commission rate is over 100 % or below 0, or an exchange rate is not above 0.", remedy: "correct it; a column of percents is one where a number exceeds 1",
			examples: []example{{files: []string{"commission_rates.csv", "rate,valid_from\n800,2025-01-01\n"}}, {files: []string{"fx_rates.csv", "currency,date,rate\nUSD,2025-01-01,0\n"}}}},
		{code: "bad_period", means: "The cell names no week, month, quarter or year.", remedy: "write it as the message shows",
			examples: []example{{files: []string{"targets.csv", "period,scope_id,measure,value\nMarch,r1,visits,5\n"}}}},
		{code: "ends_before_start", means: "What is in force from one day to another ends before it begins.", remedy: "correct one of the days",
			examples: []example{{files: []string{"reps.csv", "rep_id,name,valid_from,valid_to\nr1,Ann,2025-01-02,2025-01-01\n"}}}},
		{code: "bad_split", means: "The shares of a contract's credit do not add up to 1 (R-5.35): all of its rows are left out.", remedy: "correct the shares",
			examples: []example{{files: []string{"credit_splits.csv", "contract_id,rep_id,share\nk1,r1,0.5\nk1,r2,0.4\n"}}}},
		{code: "duplicate_conflict", means: "A key is there twice with different content, and no updated_at says which is later (R-0.9). The first one is kept.", remedy: "delete one of the rows, or export the column updated_at",
			examples: []example{{files: visitsFile(visitsCSV + "v1,r2,c1,2025-03-03\n")}}},
	}},
	{title: "Rows that are kept and listed", so: keeps, text: "The row counts. The page lists it under data quality, with its first place and how many rows there are of the kind.", entries: []entry{
		{code: "duplicate_key", means: "A key is there twice, and updated_at says which is later: that one is kept, the other is a duplicate (R-0.9).", remedy: "nothing; if the key is none, map another column to it",
			examples: []example{{files: visitsFile(strings.TrimSpace(visitsHead) + ",updated_at\nv1,r1,c1,2025-03-03,2025-03-04\nv1,r2,c1,2025-03-03,2025-03-05\n")}}},
		{code: "identical_rows", means: "Two rows of a table without a key are alike. Both are counted: two payments of one sum may be real.", remedy: "delete one where they are one",
			examples: []example{{files: []string{"commission_ledger.csv", "rep_id,period,amount\nr1,2025-02,5\nr1,2025-02,5\n"}}}},
		{code: "short_row", means: "The row has fewer cells than the header, and its last one is blank: a delimiter may be lost further left.", remedy: "look at the row; correct the file where cells have moved",
			examples: []example{{files: visitsFile(strings.TrimSpace(visitsHead) + ",channel,note\nv1,r1,c1,2025-03-03,\n")}}},
		{code: "repaired_quotes", means: "A quote is out of place, and `quotes: lenient` left one way to read the row.", remedy: "look at the row",
			examples: []example{{files: visitsFile(visitsHead + "v1,r1,\"the 5\" pipe\",2025-03-03\n"), conf: visitsConf(", quotes: lenient")}}},
		{code: "repaired_row", means: "A row has a delimiter lost or too many, an unquoted cell that holds it, or blanks for delimiters, and `rows: repair` found one way to read it that is a hundred times likelier than all others together, by what at least 20 whole rows say of every column. run.json lists every such row with its line and what was wrong.", remedy: "look at the row",
			examples: []example{{files: visitsFile(visitsHead + wholeVisits(20) + "v21,r1,c12025-03-03\n"), conf: visitsConf(", rows: repair")}}},
		{code: "second_table", means: "A second header lies below the first, and `tables: first` ends the table there: its rows are counted among the footers.", remedy: "nothing; export the second table to a file of its own where it is wanted",
			examples: []example{{files: visitsFile(visitsCSV + "\nvisit_id,rep_id,minutes\nv1,r1,30\n"), conf: visitsConf(", tables: first")}}},
		{code: "unknown_word", means: "A column of a wide stage history names a stage that the pipeline does not have. The column is not read.", remedy: "map it under sources/words/stage",
			examples: []example{{files: []string{"stage_history.csv", "deal_id,Date entered Demo,Date entered Proposal\nd1,2025-03-01,2025-03-03\n"}}}},
		{code: "no_entry", means: "A row of a wide stage history has no date in any stage.", remedy: "nothing, where the deal has no history",
			examples: []example{{files: []string{"stage_history.csv", "deal_id,Date entered Proposal\nd1,\n"}}}},
		{code: "future_entry", means: "Some dates of a wide row lie after the as-of day. They are dropped, the others count.", remedy: "nothing; they come in with a later report",
			examples: []example{{files: []string{"stage_history.csv", "deal_id,Date entered Contact,Date entered Proposal\nd1,2025-03-03,2025-03-10\n"}}}},
		{code: "unknown_rep", means: "A row's rep is not in the reps table. It counts under (unassigned), so that totals add up.", remedy: "export the rep, leavers too",
			examples: []example{{files: []string{"reps.csv", "rep_id,name\nr1,Ann\n", "visits.csv", visitsHead + "v1,r2,c1,2025-03-03\n"}}}},
		{code: "unknown_deal", means: "A stage entry refers to no deal of the deals table.", remedy: "export both tables of the same day, deleted deals too",
			examples: []example{{files: []string{"deals.csv", dealsHead + "d1,r1,contact,2025-03-03\n", "stage_history.csv", "deal_id,stage,changed_at\nd2,contact,2025-03-03\n"}}}},
		{code: "unknown_contract", means: "A row refers to no contract of the contracts table.", remedy: "export both tables of the same day",
			examples: []example{{files: []string{"contracts.csv", contractsHead + "k1,c1,r1,2025-03-03,5\n", "credit_splits.csv", "contract_id,rep_id,share\nk2,r1,1\n"}}}},
		{code: "unknown_invoice", means: "A payment or an adjustment refers to no invoice of the invoices table.", remedy: "export both tables of the same day",
			examples: []example{{files: []string{"invoices.csv", "invoice_id,customer_id,invoice_date,amount\ni1,c1,2025-03-03,5\n", "payments.csv", "payment_id,customer_id,date,amount,invoice_id\np1,c1,2025-03-03,5,i2\n"}}}},
		{code: "unknown_visit", means: "An audit refers to no visit of the visits table.", remedy: "export both tables of the same day",
			examples: []example{{files: []string{"visits.csv", visitsCSV, "audits.csv", "visit_id,date,result\nv2,2025-03-05,failed\n"}}}},
		{code: "unknown_scope", means: "A target, forecast or index names no rep and no unit.", remedy: "write the rep_id, or the unit by its path",
			examples: []example{{files: []string{"reps.csv", "rep_id,name,region\nr1,Ann,North\n", "targets.csv", "period,scope_id,measure,value\n2025-03,South,visits,5\n"}}}},
		{code: "overlapping_spell", means: "Two rows put one rep into two units at once. The later row wins.", remedy: "give the first a valid_to",
			examples: []example{{files: []string{"reps.csv", "rep_id,name,team,valid_from\nr1,Ann,A,2025-01-01\nr1,Ann,B,2025-02-01\n"}}}},
		{code: "blank_rep", means: "A deal has no rep. It counts under (unassigned).", remedy: "fill it in the CRM",
			examples: []example{{files: []string{"deals.csv", dealsHead + "d1,,contact,2025-03-03\n"}}}},
		{code: "blank_created", means: "A deal has no day of creation, and so no age.", remedy: "fill it in the CRM",
			examples: []example{{files: []string{"deals.csv", dealsHead + "d1,r1,contact,\n"}}}},
		{code: "closed_without_date", means: "A deal is won or lost and has no closing date.", remedy: "fill it in the CRM; the history's entry counts where there is one",
			examples: []example{{files: []string{"deals.csv", dealsHead + "d1,r1,won,2025-03-03\n"}}}},
		{code: "closed_before_created", means: "A deal or a case is closed before it is created.", remedy: "correct one of the days",
			examples: []example{{files: []string{"deals.csv", strings.TrimSpace(dealsHead) + ",closed_at\nd1,r1,won,2025-03-03,2025-03-02\n"}}}},
		{code: "closed_after_as_of", means: "A deal was closed after the as-of day: for this report it is open.", remedy: "nothing; it comes in with a later report",
			examples: []example{{files: []string{"deals.csv", strings.TrimSpace(dealsHead) + ",closed_at\nd1,r1,won,2025-03-03,2025-03-12\n"}}}},
		{code: "status_after_as_of", means: "A contract's status changed after the as-of day: for this report it is active.", remedy: "nothing; it comes in with a later report",
			examples: []example{{files: []string{"contracts.csv", strings.TrimSpace(contractsHead) + ",status,status_date\nk1,c1,r1,2025-03-03,5,terminated,2025-03-12\n"}}}},
		{code: "entered_before_visit", means: "A visit was entered before it took place.", remedy: "nothing where it was planned; else look at who enters it",
			examples: []example{{files: visitsFile(strings.TrimSpace(visitsHead) + ",entered_at\nv1,r1,c1,2025-03-03,2025-03-02\n")}}},
		{code: "bad_date", means: "The day of the next contact is no date. It is read as a blank cell.", remedy: "correct it, or leave it blank",
			examples: []example{{files: visitsFile(strings.TrimSpace(visitsHead) + ",next_contact_on\nv1,r1,c1,2025-03-03,next week\n")}}},
		{code: "open_end", means: "A last day stands for no end: the year 2900 or later, such as 9999-12-31, or 2099-12-31. It is read as a blank cell. In other columns of dates a year beyond 2199 is a bad_date.", remedy: "nothing, where it means no end; else correct it",
			examples: []example{{files: []string{"contracts.csv", strings.TrimSpace(contractsHead) + ",end\nk1,c1,r1,2025-03-03,5,9999-12-31\n"}}}},
		{code: "signed_after_end", means: "A contract is signed after it ends.", remedy: "correct one of the days",
			examples: []example{{files: []string{"contracts.csv", strings.TrimSpace(contractsHead) + ",end\nk1,c1,r1,2025-03-03,5,2025-03-02\n"}}}},
		{code: "ends_before_start", means: "A contract ends before it starts.", remedy: "correct one of the days",
			examples: []example{{files: []string{"contracts.csv", strings.TrimSpace(contractsHead) + ",start,end\nk1,c1,r1,2025-03-03,5,2025-03-05,2025-03-04\n"}}}},
		{code: "due_before_invoice", means: "An invoice is due before it is written.", remedy: "correct one of the days",
			examples: []example{{files: []string{"invoices.csv", "invoice_id,customer_id,invoice_date,due_date,amount\ni1,c1,2025-03-03,2025-03-02,5\n"}}}},
	}},
	{title: "Files that are not this week's", so: stops, text: "What `fresh` and `min_rows` of a source limit, and what differs from the report of an earlier week. Where a source is required, what fails stops the run. All else is a warning: it stands on the page, in `metrics.json` and on stderr, and the exit code is 3 (0 where only a header changed). With `--settle 30s` a build waits until every file has kept its size and time for so long, or has its marker (`visits.csv.done`); after ten times that it exits with 75.", entries: []entry{
		{title: "`stale_input`: the newest row is too old", means: "The newest row of the source is older on the as-of day than `fresh` allows; working days are those of your calendar.",
			remedy: "export it again; where that is impossible, raise the limit or say optional: true", examples: []example{
				{files: visitsFile(visitsCSV), conf: visitsConf(", fresh: {warn_after: 3 workdays, fail_after: 14 days}")},
				{files: visitsFile(visitsHead + "v1,r1,c1,2025-02-21\n"), conf: visitsConf(", fresh: {warn_after: 3 workdays, fail_after: 14 days}")}}},
		{title: "`age_unknown`: no row has a date up to the as-of day", means: "The age is limited, and there is none: all rows are dated later (a wrong clock, another year), or none is dated. That is no fresh file.",
			remedy: "export it again; take the limits out of a source whose table has no dates", examples: []example{
				{files: visitsFile(visitsHead + "v1,r1,c1,2052-03-03\n"), conf: visitsConf(", fresh: {fail_after: 14 days}")}}},
		{title: "`same_file`: last week's file once more", means: "The files of the source are those of an earlier week's report, byte for byte: the commonest way for an export to fail unseen. By default it is a warning for tables that change every week (visits, customers, deals, stage_history, contracts, forecasts, invoices, payments, leads), and nothing for the others.",
			remedy: "export it again; say same_file: ok under fresh where a file may stay as it is", examples: []example{
				{before: visitsFile(visitsHead + "v1,r1,c1,2025-02-28\n"), files: visitsFile(visitsHead + "v1,r1,c1,2025-02-28\n")},
				{before: visitsFile(visitsHead + "v1,r1,c1,2025-02-28\n"), files: visitsFile(visitsHead + "v1,r1,c1,2025-02-28\n"), conf: visitsConf(", fresh: {same_file: fail}")}}},
		{title: "`few_rows`: an export cut short", means: "The source has fewer rows than the share of the earlier report's that `min_rows` asks for.",
			remedy: "export it again; lower min_rows where rows were deleted on purpose", examples: []example{
				{before: visitsFile(visitsHead + "v1,r1,c1,2025-02-27\nv2,r1,c1,2025-02-28\n"), files: visitsFile(visitsCSV), conf: visitsConf(", min_rows: 80%")},
				{before: visitsFile(visitsHead + "v1,r1,c1,2025-02-27\nv2,r1,c1,2025-02-28\n"), files: visitsFile(visitsCSV), conf: visitsConf(", min_rows: {fail: 80%}")}}},
		{title: "`header_changed`: columns gone or new", means: "The header is not that of the earlier report. The exit code stays 0: a column that is needed and gone stops the run by itself (missing_column), and others may come and go.",
			remedy: "nothing, where it was meant", examples: []example{
				{before: visitsFile(strings.TrimSpace(visitsHead) + ",met_role\nv1,r1,c1,2025-02-28,KP\n"), files: visitsFile(strings.TrimSpace(visitsHead) + ",channel\nv1,r1,c1,2025-03-03,visit\n")}}},
		{title: "`input_gone`: a table that came before", means: "A folder without a configuration has no file any more for a table that the earlier report had.",
			remedy: "export it again", examples: []example{
				{before: append(visitsFile(visitsHead+"v1,r1,c1,2025-02-28\n"), "grades.csv", "customer_id,date,grade\nc1,2025-02-28,A\n"), files: visitsFile(visitsCSV)}}},
	}},
	{title: "The command line and the configuration", so: stops, text: "What is refused before a file is read, and what is said after.", entries: []entry{
		{title: "Unknown command, flag or argument", means: "A word that the program does not know, with the nearest that it does.", examples: []example{
			{args: []string{"biuld"}}, {args: []string{"build", "--dta", "exports"}}, {args: []string{"build", "exports", "--out", "reports"}}}},
		{title: "A flag with a value that it cannot have", means: "The message says what it may be.", examples: []example{
			{args: []string{"build", "--out", "reports", "--as-of", "2025-02-30"}}, {args: []string{"build", "--out", "reports", "--max-rejects", "many"}},
			{args: []string{"build", "--data", "exports"}}}},
		{title: "No such folder", means: "The folder of the exports is not there.", examples: []example{{args: []string{"build", "--data", "export", "--out", "reports"}}}},
		{title: "No such configuration", means: "The configuration is not there.", examples: []example{{args: []string{"build", "--data", "exports", "--out", "reports", "-c", "crmreport.yml"}}}},
		{title: "A key or a value that the configuration does not have", means: "Every such place is named in one run, with line and column, and the nearest known key.", examples: []example{
			{files: visitsFile(visitsCSV), conf: "timezome: UTC\nsources:\n  - {table: visits, files: [visits.csv], date_ordr: dmy, decimal: comma}\n"},
			{files: visitsFile(visitsCSV), conf: "sources: [\n"}}},
		{title: "Nothing to inspect", means: "The folder has no file that may be an export.", examples: []example{{args: []string{"inspect", "exports"}}}},
		{title: "The folder of reports cannot be written", means: "The report before stands.", examples: []example{
			{files: []string{"visits.csv", visitsCSV}, args: []string{"build", "--data", "exports", "--out", "exports/visits.csv", "--as-of", "2025-03-09"}}}},
		{title: "An optional file did not come", means: "The report is published without what rests on it, and the exit code says so.", examples: []example{
			{files: visitsFile(visitsCSV), conf: "sources:\n  - {table: visits, files: [visits.csv]}\n  - {table: payments, files: [payments*.csv], optional: true}\n"}}},
	}},
}
