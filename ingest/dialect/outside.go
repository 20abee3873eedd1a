package dialect

// Outside is what a caller found of the records behind the header that it cut by
// other means than Next.
type Outside struct {
	SHA256   string
	Bytes    int64 // of the whole file
	LF, CRLF int   // records by their ending, empty ones too

	counts      [classes]int
	short, long int
}

// See counts a record.
func (o *Outside) See(c Class, s Shape) {
	o.counts[c]++
	switch s {
	case Short, Cut:
		o.short++
	case Long:
		o.long++
	}
}

// Blanks counts n empty lines.
func (o *Outside) Blanks(n int) { o.counts[Blank] += n }

// Add adds what another part of the file has.
func (o *Outside) Add(p Outside) {
	o.LF, o.CRLF = o.LF+p.LF, o.CRLF+p.CRLF
	o.short, o.long = o.short+p.short, o.long+p.long
	for c, n := range p.counts {
		o.counts[c] += n
	}
}

// Complete makes Facts and counts those of a file that Next has read to its end.
func (f *File) Complete(o Outside) {
	f.Facts.SHA256, f.Facts.Bytes = o.SHA256, o.Bytes
	f.Facts.Short, f.Facts.Long = f.Facts.Short+o.short, f.Facts.Long+o.long
	f.tokens.ends[endLF] += o.LF
	f.tokens.ends[endCRLF] += o.CRLF
	f.Facts.LineEnds = f.tokens.lineEnds()
	for c, n := range o.counts {
		f.counts[c] += n
	}
}
