package ingest

import "crmreport/ingest/dialect"

// Mend is a row that rows: repair read.
type Mend struct {
	Line int    // physical line on which it begins
	What string // was wrong with it, in the words of dialect.File.Mended
}

// shownMends is how many rows of one file a Receipt lists; all are counted in
// its Form.
const shownMends = 10_000

// repaired notes a row that rows: repair read.
func (r *Receipt) repaired(line int, text, what string) {
	r.problem("repaired_row", "", line, text, what+"; the row is read as the other rows suggest", false)
	if len(r.Mended) < shownMends {
		r.Mended = append(r.Mended, Mend{line, what})
	}
}

// offerRepair says of a row that has not the header's cells what a
// configuration can do about it.
func (d *row) offerRepair() string {
	if d.source.Rows == dialect.RowsRepair {
		return "; no one way to repair it is by far the likeliest"
	}
	return "; rows: repair in crmreport.yaml under sources reads such a row where the others leave one way to"
}
