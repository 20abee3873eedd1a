package ingest

import (
	"iter"

	"crmreport/ingest/value"
)

// ColumnProfile is what a column says about itself; see value.ColumnProfile.
type ColumnProfile = value.ColumnProfile

// ProfileColumn reads a whole column, line by line, and says what it holds:
// kind, layout, evidence, and the question where nothing decides. want is the
// kind that the table asks for (TableSpec.Kinds), or value.Any.
func ProfileColumn(name string, want value.Kind, cells iter.Seq2[int, string]) ColumnProfile {
	return value.Profile(name, want, cells)
}
