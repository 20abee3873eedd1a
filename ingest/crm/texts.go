package crm

import (
	"unsafe"

	"crmreport/ingest/room"
)

// Texts keeps copies of texts that are pieces of something longer, such as the
// cells of a line. They lie end to end in pieces of memory that grow: there may
// be millions, and all are there to stay. The zero value is ready.
type Texts struct {
	In    *room.Store // where they are to lie; nil: on the heap
	piece []byte      // where the next ones go
}

// longestPiece is how many bytes a piece has at most.
const longestPiece = 1 << 16

// Keep returns a copy of s.
func (t *Texts) Keep(s string) string {
	if s == "" {
		return ""
	}
	if cap(t.piece)-len(t.piece) < len(s) {
		t.piece = t.In.Piece(max(len(s), min(longestPiece, 64+2*cap(t.piece))))
	}
	from := len(t.piece)
	t.piece = append(t.piece, s...)
	return unsafe.String(&t.piece[from], len(s)) // what is in a piece never changes
}
