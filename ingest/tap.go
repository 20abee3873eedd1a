package ingest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"unicode/utf8"
)

// tap passes a file on to the CSV reader and looks at every byte on the way: it
// hashes, strips a byte order mark, counts lines, refuses what is not UTF-8
// text, and keeps the bytes not yet released so that a rejected record can be
// shown as it was written.
type tap struct {
	file    io.Reader
	name    string
	sum     hash.Hash
	bytes   int64
	bom     int    // bytes of a byte order mark
	head    []byte // read ahead to recognise the format
	window  []byte // from offset base on, after the BOM
	base    int64
	keep    int64 // offset below which nothing is asked for any more
	checked int   // of window: known to be UTF-8
	lines   int   // newlines before checked
	eof     bool
	err     error
}

func newTap(file io.Reader, name string) (*tap, error) {
	t := &tap{file: file, name: name, sum: sha256.New()}
	t.head = make([]byte, 4)
	n, err := io.ReadFull(file, t.head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, t.unreadable(err)
	}
	t.head = t.head[:n]
	if f := foreign(t.head); f != nil {
		f.File = name
		return nil, f
	}
	t.sum.Write(t.head)
	t.bytes = int64(n)
	t.head = bytes.TrimPrefix(t.head, []byte("\xEF\xBB\xBF"))
	t.bom = n - len(t.head)
	return t, nil
}

const saveAsCSV = "open it in the spreadsheet and save it as “CSV UTF-8 (comma delimited)”"

// foreign recognises by their first bytes the formats that are no UTF-8 text.
func foreign(head []byte) *Fault {
	is := func(magic string) bool { return bytes.HasPrefix(head, []byte(magic)) }
	switch {
	case is("PK\x03\x04"):
		return &Fault{Code: "xlsx", Message: "this is an Excel workbook (.xlsx), not CSV", Remedy: saveAsCSV}
	case is("\xD0\xCF\x11\xE0"):
		return &Fault{Code: "xls", Message: "this is an old Excel workbook (.xls), not CSV", Remedy: saveAsCSV}
	case is("\xFF\xFE"), is("\xFE\xFF"):
		return &Fault{Code: "utf16", Message: "the file is UTF-16 (Excel calls it Unicode text)", Expected: "UTF-8", Remedy: saveAsCSV}
	case is("\x1F\x8B"):
		return &Fault{Code: "gzip", Message: "the file is compressed with gzip", Expected: "CSV", Remedy: "unpack it with gunzip"}
	}
	return nil
}

func (t *tap) unreadable(err error) *Fault {
	return &Fault{Kind: CannotRead, Code: "cannot_read", File: t.name, Message: "cannot read the file: " + err.Error(), Err: err}
}

// Read is io.Reader.
func (t *tap) Read(p []byte) (int, error) {
	if t.err != nil {
		return 0, t.err
	}
	var n int
	if len(t.head) > 0 {
		n = copy(p, t.head)
		t.head = t.head[n:]
	} else {
		var err error
		n, err = t.file.Read(p)
		t.sum.Write(p[:n])
		t.bytes += int64(n)
		if err == io.EOF {
			t.eof = true
		} else if err != nil {
			t.err = t.unreadable(err)
			return 0, t.err
		}
	}
	t.release()
	t.window = append(t.window, p[:n]...)
	if f := t.check(); f != nil {
		t.err = f
		return 0, f
	}
	if n == 0 && t.eof {
		return 0, io.EOF
	}
	return n, nil
}

// release forgets what lies before keep.
func (t *tap) release() {
	n := min(int(t.keep-t.base), t.checked)
	if n <= 0 {
		return
	}
	t.window = append(t.window[:0], t.window[n:]...)
	t.base += int64(n)
	t.checked -= n
}

// check looks at the bytes that came since the last check; a character cut in
// two by the end of a block waits for the rest.
func (t *tap) check() *Fault {
	fresh := t.window[t.checked:]
	if i := bytes.IndexByte(fresh, 0); i >= 0 {
		return &Fault{Code: "nul_bytes", File: t.name, Line: t.lines + 1 + bytes.Count(fresh[:i], newline),
			Message: "the file has NUL bytes: it is UTF-16 or no text at all", Expected: "UTF-8", Remedy: saveAsCSV}
	}
	n := len(fresh)
	if !t.eof {
		for k := 1; k < utf8.UTFMax && k <= n; k++ {
			if c := fresh[n-k]; utf8.RuneStart(c) {
				if !utf8.FullRune(fresh[n-k:]) {
					n -= k
				}
				break
			}
		}
	}
	if !utf8.Valid(fresh[:n]) {
		i := 0
		for i < n {
			c, size := utf8.DecodeRune(fresh[i:n])
			if c == utf8.RuneError && size <= 1 {
				break
			}
			i += size
		}
		return &Fault{Code: "not_utf8", File: t.name, Line: t.lines + 1 + bytes.Count(fresh[:i], newline),
			Message: fmt.Sprintf("the byte 0x%02X is not UTF-8 text", fresh[i]), Expected: "UTF-8",
			Found: "another encoding, perhaps GBK (Excel in China) or Latin-1", Remedy: saveAsCSV}
	}
	t.checked += n
	t.lines += bytes.Count(fresh[:n], newline)
	return nil
}

var newline = []byte{'\n'}

// text returns the bytes [from, to) of the file, counted after the BOM.
func (t *tap) text(from, to int64) []byte { return t.window[from-t.base : to-t.base] }

func (t *tap) sha256() string { return hex.EncodeToString(t.sum.Sum(nil)) }
