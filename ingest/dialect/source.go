package dialect

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
)

// opener opens the bytes of a file from their start, as often as it is called.
type opener func() (io.ReadCloser, error)

// Spool is a stream kept in a temporary file, so that it can be read twice.
type Spool struct {
	file *os.File
	size int64
}

// NewSpool reads r to its end. Where the system lets it, the file has no name
// from the start, so that nothing is left of it however the program ends.
func NewSpool(r io.Reader) (*Spool, error) {
	file, err := os.CreateTemp("", "crmreport-*.spool")
	if err != nil {
		return nil, err
	}
	os.Remove(file.Name()) // fails on Windows; Close tries again
	s := &Spool{file: file}
	if s.size, err = io.Copy(file, r); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// Size is how many bytes were spooled.
func (s *Spool) Size() int64 { return s.size }

// Open opens what was spooled; name stands in messages.
func (s *Spool) Open(name string, spec Spec) (*File, error) { return openFile(name, s.open, spec) }

func (s *Spool) open() (io.ReadCloser, error) {
	return io.NopCloser(io.NewSectionReader(s.file, 0, s.size)), nil
}

// Close removes what was spooled.
func (s *Spool) Close() error {
	err := s.file.Close()
	os.Remove(s.file.Name())
	return err
}

const mayRead = "check that it is a file and that you may read it"

func cannotRead(name string, err error) *Fault {
	return &Fault{Code: "cannot_read", File: name, Message: "cannot read the file: " + err.Error(), Remedy: mayRead, Err: err}
}

const saveAsCSV = "open it in the spreadsheet and save it as “CSV UTF-8 (comma delimited)”"

// foreign recognises by their first bytes the formats that are no text.
func foreign(head []byte) *Fault {
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return &Fault{Code: "xlsx", Message: "this is an Excel workbook (.xlsx), not CSV", Remedy: saveAsCSV}
	case bytes.HasPrefix(head, []byte("\xD0\xCF\x11\xE0")):
		return &Fault{Code: "xls", Message: "this is an old Excel workbook (.xls), not CSV", Remedy: saveAsCSV}
	}
	return nil
}

// gzipMagic begins every gzip file, whatever its name says.
const gzipMagic = "\x1F\x8B"

// stream is one pass over a file: its bytes on the disk, unpacked.
type stream struct {
	*bufio.Reader           // unpacked
	raw           io.Reader // what lies on the disk
	closer        io.Closer
	bytes         int64 // of raw, so far
	compressed    bool
	failed        error // of reading raw: not the fault of what it is unpacked from
}

// Read counts what passes of the raw bytes, into the hash too where there is one.
type counter struct {
	r io.Reader
	s *stream
	w io.Writer
}

func (c counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.s.bytes += int64(n)
	if c.w != nil {
		c.w.Write(p[:n])
	}
	if err != nil && err != io.EOF {
		c.s.failed = err
	}
	return n, err
}

// newStream opens a file and unpacks it. The error is a *Fault.
func newStream(name string, open opener, sum io.Writer) (*stream, error) {
	file, err := open()
	if err != nil {
		return nil, &Fault{Code: "cannot_read", File: name, Message: "cannot open the file: " + err.Error(), Remedy: mayRead, Err: err}
	}
	s := &stream{closer: file}
	if err := s.unpack(name, file, sum); err != nil {
		file.Close()
		return nil, err
	}
	return s, nil
}

func (s *stream) unpack(name string, file io.Reader, sum io.Writer) error {
	raw := bufio.NewReaderSize(counter{file, s, sum}, block)
	s.raw, s.Reader = raw, raw
	head, err := s.head(name)
	if err != nil {
		return err
	}
	if string(head[:min(len(head), 2)]) != gzipMagic {
		return nil
	}
	s.compressed = true
	z, err := gzip.NewReader(raw)
	if err != nil {
		return s.unreadable(name, err)
	}
	s.Reader = bufio.NewReaderSize(z, block)
	head, err = s.head(name)
	if err == nil && string(head[:min(len(head), 2)]) == gzipMagic {
		return &Fault{Code: "bad_gzip", File: name, Message: "the file is packed with gzip twice", Expected: "CSV, packed once or not at all", Remedy: "unpack it with gunzip"}
	}
	return err
}

// head returns the first bytes, and a Fault where they are a workbook's.
func (s *stream) head(name string) ([]byte, error) {
	head, err := s.Peek(4)
	if err != nil && err != io.EOF {
		return nil, s.unreadable(name, err)
	}
	if f := foreign(head); f != nil {
		f.File = name
		return nil, f
	}
	return head, nil
}

// unreadable is an error of reading: the disk's, or gzip's.
func (s *stream) unreadable(name string, err error) *Fault {
	if s.failed == nil && s.compressed {
		return &Fault{Code: "bad_gzip", File: name, Message: "the compressed file is damaged or cut off: " + err.Error(), Expected: "a whole gzip file",
			Remedy: "export or copy it again"}
	}
	return cannotRead(name, err)
}

// Close closes the file.
func (s *stream) Close() error { return s.closer.Close() }

// survey is what a first pass over the whole file tells.
type survey struct {
	Facts
	bad *Fault // the first thing that is not UTF-8 text
}

// look makes the first pass. Only what reading itself meets is an error.
func look(name string, open opener) (*survey, error) {
	sum := sha256.New()
	s, err := newStream(name, open, sum)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	v := &survey{}
	v.BOM, v.Encoding = bom(s)
	check := utf8Check{name: name}
	buf := make([]byte, 4*block)
	for kept := 0; ; {
		n, err := s.Read(buf[kept:])
		done := err == io.EOF
		if err != nil && !done {
			return nil, s.unreadable(name, err)
		}
		if n += kept; v.Encoding == "" || v.Encoding == UTF8 {
			kept = copy(buf, buf[check.look(buf[:n], done):n])
		}
		if done {
			break
		}
	}
	if _, err := io.Copy(io.Discard, s.raw); err != nil {
		return nil, s.unreadable(name, err)
	}
	v.Bytes, v.SHA256, v.Compressed = s.bytes, hex.EncodeToString(sum.Sum(nil)), s.compressed
	v.bad = check.bad
	return v, nil
}

// bom passes over a byte order mark.
func bom(s *stream) (bool, string) {
	head, _ := s.Peek(3)
	for _, b := range []struct{ mark, name string }{{utf8BOM, UTF8}, {"\xFF\xFE", UTF16LE}, {"\xFE\xFF", UTF16BE}} {
		if bytes.HasPrefix(head, []byte(b.mark)) {
			s.Discard(len(b.mark))
			return true, b.name
		}
	}
	return false, ""
}
