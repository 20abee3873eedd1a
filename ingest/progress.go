package ingest

import (
	"io/fs"
	"sync"
)

// Progress is how far a Read is. At its end, Bytes, Rows and Rejects are the
// sums over all receipts.
type Progress struct {
	Bytes   int64 // of the files, as they lie on the disk, whose rows were read; a file that feeds two tables counts twice
	Of      int64 // bytes that there are; grows once, when the standard input has come
	Rows    int64 // read, of every kind
	Rejects int64 // rows rejected
}

// progress adds up what the files of a run report and passes it on. Files may
// report side by side; Options.Progress is called by one at a time.
type progress struct {
	sync.Mutex
	tell  func(Progress) // nil: nobody listens
	now   Progress
	ahead Progress // told of files that are read once more
}

func (p *progress) add(d Progress) {
	if p.tell == nil {
		return
	}
	p.Lock()
	defer p.Unlock()
	for _, x := range []struct{ of, ahead *int64 }{{&d.Bytes, &p.ahead.Bytes}, {&d.Rows, &p.ahead.Rows}, {&d.Rejects, &p.ahead.Rejects}} {
		if known := min(*x.of, *x.ahead); known > 0 {
			*x.of, *x.ahead = *x.of-known, *x.ahead-known
		}
	}
	p.now.Bytes += d.Bytes
	p.now.Of += d.Of
	p.now.Rows += d.Rows
	p.now.Rejects += d.Rejects
	p.tell(p.now)
}

// again says that what was told of d is read from its start once more: that is
// no news.
func (p *progress) again(d Progress) {
	if p.tell == nil {
		return
	}
	p.Lock()
	defer p.Unlock()
	p.ahead.Bytes += d.Bytes
	p.ahead.Rows += d.Rows
	p.ahead.Rejects += d.Rejects
}

// expectBytes adds up the sizes of the files that will be read, for whoever
// watches and for the memory. A file that does not tell its size will say why
// when it is opened.
func (r *run) expectBytes() int64 {
	var all Progress
	for _, js := range r.jobs {
		for _, j := range js {
			if info, err := fs.Stat(r.fsys, j.file); err == nil && j.file != stdin {
				all.Of += info.Size()
			}
		}
	}
	if r.o.Progress != nil {
		r.progress.tell = r.o.Progress
		r.progress.add(all)
	}
	return all.Of
}

// expectStdin adds the size of the standard input, which is known once it was
// spooled, for every source that reads it.
func (r *run) expectStdin() {
	for _, js := range r.jobs {
		for _, j := range js {
			if j.file == stdin {
				r.progress.add(Progress{Of: r.spool.Size()})
			}
		}
	}
}

// meterRows is after how many rows a file reports.
const meterRows = 4096

// meter reports what one file, read row by row, has added to its receipt since
// the last report.
type meter struct {
	to   *progress
	file *csvFile
	c    *Receipt
	told Progress
	rows int // of data since the last report
}

func (r *run) meter(f *csvFile, c *Receipt) *meter { return &meter{to: r.progress, file: f, c: c} }

// row counts a row of data and reports now and then.
func (m *meter) row() {
	if m.rows++; m.rows >= meterRows {
		m.report(m.file.BytesRead())
	}
}

// report passes on what is new; bytes are the file's so far.
func (m *meter) report(bytes int64) {
	now := Progress{Bytes: bytes, Rows: int64(m.c.Read), Rejects: int64(m.c.Rejected)}
	m.to.add(Progress{Bytes: now.Bytes - m.told.Bytes, Rows: now.Rows - m.told.Rows, Rejects: now.Rejects - m.told.Rejects})
	m.told, m.rows = now, 0
}
