// Package block reads big CSV files by blocks of whole records, side by side.
// It knows bytes, quotes and lines; it knows no table and no value. Only ingest
// calls it.
//
// It is never clever about what is wrong: where quotes are not strictly those
// of RFC 4180, where a byte is no UTF-8 text, or a record has no end, Each stops
// with ErrNotPlain, and the caller reads the file again by encoding/csv, which
// says what is wrong and where. What it does accept has the same cells, on the
// same lines, as encoding/csv finds.
package block

import "errors"

// ErrNotPlain says that a file is not for blocks; a slower reader may well read
// it, or can say what is wrong with it.
var ErrNotPlain = errors.New("not a plain CSV file")
