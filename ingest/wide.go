package ingest

import (
	"slices"
	"sort"
	"strings"

	"crmreport/ingest/crm"
	"crmreport/ingest/value"
)

// enteredPrefix starts the names under Source.Columns that map a column of the
// wide form to a stage: entered:<stage id>.
const enteredPrefix = "entered:"

// entered is a column of the wide stage history: when a deal entered a stage.
type entered struct {
	column int
	stage  crm.Stage
}

var longStages = table[stageRow, crm.StageEntry]{name: "stage_history", decode: stageEntry, ids: stageIDs}

// readStages reads stage_history: long, a row an entry, or wide, a row a deal.
func readStages(r *run) *shelf[crm.StageEntry] {
	constant := func(j job) bool { _, ok := j.source.Constants["changed_at"]; return ok }
	if !slices.ContainsFunc(r.jobs[longStages.name], constant) {
		if s, ok := readBlocks(r, longStages); ok { // only a long file has the column
			return s
		}
	}
	s := newShelf[crm.StageEntry]()
	for _, j := range r.jobs[longStages.name] {
		if err := readStageFile(r, s, j); err != nil {
			r.faults = append(r.faults, err)
		}
	}
	return s
}

func readStageFile(r *run, s *shelf[crm.StageEntry], j job) error {
	f, err := r.open(j.file, j.source)
	if err != nil {
		return err
	}
	wide, err := r.enteredColumns(f, j)
	f.close()
	if err != nil {
		return err
	}
	if len(wide) == 0 {
		return readFile(r, s, j, longStages)
	}
	return readWide(r, s, j, wide)
}

func readWide(r *run, s *shelf[crm.StageEntry], j job, wide []entered) error {
	f, err := r.open(j.file, j.source)
	if err != nil {
		return err
	}
	defer f.close()
	c := new(wideRow)
	b, err := bind(c, f, j.source)
	if err != nil {
		return err
	}
	b.extend(f, wide)
	d, err := r.newRow(j, b)
	if err != nil {
		return err
	}
	return readRows(f, d, s, j, policy{}, func(out []crm.StageEntry) []crm.StageEntry { return wideEntries(d, c, wide, out) })
}

// extend binds the entered columns as further fields behind those of wideRow.
func (b *binding) extend(f *csvFile, wide []entered) {
	for _, e := range wide {
		b.names = append(b.names, f.header[e.column])
		b.header = append(b.header, f.header[e.column])
		b.cells = append(b.cells, new(string))
		b.column = append(b.column, e.column)
		b.filled = append(b.filled, false)
		b.key = append(b.key, false)
		b.words = append(b.words, b.blanks)
		b.kinds = append(b.kinds, value.Stamp)
		b.class = append(b.class, classTyped)
		b.units = append(b.units, 0)
		b.ids = append(b.ids, value.IDColumn{})
		b.ready(len(b.cells) - 1)
	}
}

func wideEntries(d *row, c *wideRow, wide []entered, out []crm.StageEntry) []crm.StageEntry {
	currency := d.run.o.Currency
	if in, ok := d.run.dealIn[crm.DealID(c.Deal)]; ok {
		currency = in
	}
	amount, known := d.money(&c.Amount, currency)
	n := len(out)
	for i, e := range wide {
		cell := d.binding.cells[len(d.binding.cells)-len(wide)+i]
		at := d.stamp(cell)
		if d.rejected {
			return out[:n]
		}
		if at.Known() {
			out = append(out, crm.StageEntry{Pos: d.Pos, Stage: e.stage, At: at, Amount: amount, AmountKnown: known, Rep: crm.NoRep, ExpectedClose: crm.NoDate})
		}
	}
	id, rep := crm.DealID(d.id(&c.Deal)), d.rep(&c.Rep)
	for i := n; i < len(out); i++ {
		out[i].Deal, out[i].Rep = id, rep
	}
	if n == len(out) {
		d.receipt.problem("no_entry", "", int(d.Line), c.Deal, "a date in one of the entered columns", false)
	}
	return out
}

// enteredColumns finds the columns of the wide form, in stage order: those that
// the source maps, and headers Date entered "…" that name a stage. A file that
// has changed_at is long.
func (r *run) enteredColumns(f *csvFile, j job) ([]entered, error) {
	s := j.source
	long := "changed_at"
	if theirs, ok := s.Columns[long]; ok {
		long = theirs
	}
	if n, _ := find(f.header, long); n >= 0 {
		return nil, nil
	}
	var out []entered
	taken := map[int]bool{}
	var mapped []string
	for name := range s.Columns {
		if strings.HasPrefix(name, enteredPrefix) {
			mapped = append(mapped, name)
		}
	}
	sort.Strings(mapped)
	for _, name := range mapped {
		word := strings.TrimPrefix(name, enteredPrefix)
		stage, ok := r.stage(word)
		if !ok {
			return nil, &Fault{Kind: BadConfig, Code: "unknown_stage", File: f.name, Column: name, Place: s.Place,
				Message: "there is no stage " + word + Nearest(word, r.stageWords), Expected: strings.Join(r.stageWords, ", "),
				Remedy: "correct it in crmreport.yaml under sources/columns, or add it under stages"}
		}
		n, twice := find(f.header, s.Columns[name])
		if n < 0 || twice {
			return nil, missingColumns(f, s, TableSpec{Name: s.Table, Required: mapped}, []string{name})
		}
		out, taken[n] = append(out, entered{n, stage}), true
	}
	for i, h := range f.header {
		word, ok := enteredWord(h)
		if !ok || taken[i] {
			continue
		}
		stage, ok := r.enteredStage(s, word)
		if !ok {
			r.report.Receipts[j.receipt].problem("unknown_word", h, f.Facts.HeaderLine, word, "one of "+strings.Join(r.stageWords, ", ")+
				": map it under sources/words/stage; the column is not read", false)
			continue
		}
		out = append(out, entered{i, stage})
	}
	sort.SliceStable(out, func(a, b int) bool { return out[a].stage < out[b].stage })
	return out, nil
}

// enteredWord takes the stage out of a header such as Date entered "Demo".
func enteredWord(header string) (string, bool) {
	const start = "date entered "
	if len(header) < len(start) || !strings.EqualFold(header[:len(start)], start) {
		return "", false
	}
	word := strings.Trim(strings.TrimSpace(header[len(start):]), `"'“”`)
	return word, word != ""
}

// enteredStage knows a label as it stands, by the source's words, and without
// the name of the pipeline in brackets.
func (r *run) enteredStage(s *Source, word string) (crm.Stage, bool) {
	short := word
	if i := strings.LastIndex(word, " ("); i > 0 && strings.HasSuffix(word, ")") {
		short = word[:i]
	}
	for _, w := range []string{word, short} {
		if ours, ok := s.Words["stage"][w]; ok {
			w = ours
		}
		if stage, ok := r.stage(w); ok {
			return stage, true
		}
	}
	return crm.StageNone, false
}
