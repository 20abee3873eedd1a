package dialect

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// The names of encodings.
const (
	UTF8        = "utf-8"
	UTF16LE     = "utf-16le"
	UTF16BE     = "utf-16be"
	GB18030     = "gb18030"
	Windows1252 = "windows-1252"
)

const utf8BOM = "\xEF\xBB\xBF"

// Encodings returns the names of the encodings that a Spec may state.
func Encodings() []string { return []string{UTF8, UTF16LE, UTF16BE, GB18030, Windows1252} }

// ParseEncoding knows the names of encodings and the usual other ones: GBK and
// GB2312 are parts of GB18030; Latin-1 is read as windows-1252, as browsers do,
// since its control codes stand in no export.
func ParseEncoding(name string) (string, bool) {
	switch strings.ReplaceAll(strings.ToLower(strings.TrimSpace(name)), "_", "-") {
	case UTF8, "utf8", "utf-8-sig":
		return UTF8, true
	case UTF16LE, "utf-16", "utf16", "utf16le":
		return UTF16LE, true
	case UTF16BE, "utf16be":
		return UTF16BE, true
	case GB18030, "gbk", "gb2312", "cp936":
		return GB18030, true
	case Windows1252, "latin-1", "latin1", "iso-8859-1", "cp1252":
		return Windows1252, true
	}
	return "", false
}

// Fold is what two spellings of one header have in common: full-width forms,
// case and runs of blanks do not count (NFKC).
func Fold(header string) string {
	if plainASCII(header) {
		return strings.ToLower(header)
	}
	return strings.Join(strings.Fields(strings.ToLower(norm.NFKC.String(header))), " ")
}

// plainASCII reports text that NFKC and Fields leave as it is.
func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 || s[i] < ' ' || s[i] == ' ' && (i == 0 || i == len(s)-1 || s[i-1] == ' ') {
			return false
		}
	}
	return true
}

// settle chooses the encoding: a byte order mark, else what is stated, else
// UTF-8 if the whole file is, else GB18030 if the whole file is and looks it.
func (v *survey) settle(name string, open opener, stated string) error {
	if stated != "" {
		known, ok := ParseEncoding(stated)
		if !ok {
			return &Fault{Code: "bad_encoding", File: name, Message: fmt.Sprintf("there is no encoding %q", stated), Expected: strings.Join(Encodings(), ", "),
				Remedy: "correct encoding in crmreport.yaml under sources"}
		}
		if v.BOM && strings.HasPrefix(v.Encoding, Fold(stated)) {
			known = v.Encoding // utf-16 is either
		}
		if v.BOM && v.Encoding != known {
			return &Fault{Code: "encoding_mismatch", File: name, Message: "the file begins with the byte order mark of " + v.Encoding,
				Expected: known + ", as stated", Remedy: "correct the encoding in crmreport.yaml under sources, or leave it out"}
		}
		v.Encoding = known
	}
	switch {
	case v.Encoding != "" && v.Encoding != UTF8:
		return verify(name, open, v.Encoding, nil)
	case v.bad == nil:
		v.Encoding = UTF8
		return nil
	case v.Encoding == UTF8 || v.bad.Code == "nul_bytes":
		return v.bad
	}
	var seen evidence
	if err := verify(name, open, GB18030, &seen); err != nil {
		if f, ok := err.(*Fault); ok && f.Err == nil {
			return v.bad
		}
		return err
	}
	if !seen.chinese() {
		return v.bad
	}
	v.Encoding = GB18030
	return nil
}

// utf8Check looks for the first thing that is no UTF-8 text.
type utf8Check struct {
	name  string
	bad   *Fault
	lines int
}

// look checks a piece and returns how much of it is settled: a character cut in
// two by the end of the piece waits for the rest.
func (c *utf8Check) look(p []byte, last bool) int {
	n := len(p)
	if c.bad != nil {
		return n
	}
	if !last {
		n -= cutCharacter(p)
	}
	nul := bytes.IndexByte(p[:n], 0)
	if nul < 0 && utf8.Valid(p[:n]) {
		c.lines += bytes.Count(p[:n], newline)
		return n
	}
	i := invalid(p[:n])
	if nul >= 0 && (i < 0 || nul < i) {
		c.bad = &Fault{Code: "nul_bytes", File: c.name, Line: c.lines + 1 + bytes.Count(p[:nul], newline),
			Message: "the file has NUL bytes: it is UTF-16 or no text at all", Expected: textForms,
			Remedy: "say encoding: utf-16le in crmreport.yaml under sources if it is UTF-16, or " + saveAsCSV}
		return n
	}
	c.bad = &Fault{Code: "not_utf8", File: c.name, Line: c.lines + 1 + bytes.Count(p[:i], newline),
		Message: fmt.Sprintf("the byte 0x%02X is not UTF-8 text, and the file is not surely GB18030", p[i]), Expected: textForms,
		Found:  "another encoding, or damage",
		Remedy: "say which in crmreport.yaml under sources, such as encoding: gb18030 or encoding: windows-1252, or " + saveAsCSV}
	return n
}

const textForms = "UTF-8, UTF-16 with a byte order mark, or GB18030"

// invalid is the first byte that is not UTF-8; -1 where there is none.
func invalid(p []byte) int {
	for i := 0; i < len(p); {
		r, size := utf8.DecodeRune(p[i:])
		if r == utf8.RuneError && size <= 1 {
			return i
		}
		i += size
	}
	return -1
}

// cutCharacter is how many bytes at the end of p begin a character.
func cutCharacter(p []byte) int {
	for k := 1; k < utf8.UTFMax && k <= len(p); k++ {
		if c := p[len(p)-k]; utf8.RuneStart(c) {
			if !utf8.FullRune(p[len(p)-k:]) {
				return k
			}
			break
		}
	}
	return 0
}

// decoded is a stream as UTF-8.
func decoded(r io.Reader, encoding string) io.Reader {
	switch encoding {
	case UTF16LE, UTF16BE:
		return &utf16Reader{src: r, big: encoding == UTF16BE}
	case GB18030:
		return transform.NewReader(r, simplifiedchinese.GB18030.NewDecoder())
	case Windows1252:
		return transform.NewReader(r, charmap.Windows1252.NewDecoder())
	}
	return r
}

// verify decodes a whole file and refuses what cannot be decoded.
func verify(name string, open opener, encoding string, e *evidence) error {
	s, err := newStream(name, open, nil)
	if err != nil {
		return err
	}
	defer s.Close()
	bom(s)
	var src io.Reader = s
	if e != nil {
		src = io.TeeReader(s, e)
	}
	r := decoded(src, encoding)
	buf := make([]byte, 4*block)
	for lines, kept := 1, 0; ; {
		n, err := r.Read(buf[kept:])
		done := err == io.EOF
		if err != nil && !done {
			return s.unreadable(name, err)
		}
		p := buf[:kept+n]
		if i := undecodable(p, encoding); i >= 0 {
			return &Fault{Code: "undecodable", File: name, Line: lines + bytes.Count(p[:i], newline), Message: "there are bytes that are no text in " + encoding,
				Expected: "text in " + encoding, Remedy: "correct the encoding in crmreport.yaml under sources, or " + saveAsCSV}
		}
		if done {
			return nil
		}
		kept = min(len(p), utf8.UTFMax-1)
		lines += bytes.Count(p[:len(p)-kept], newline)
		copy(buf, p[len(p)-kept:])
	}
}

// undecodable finds what a decoder put for what it could not decode. UTF-16 has
// the replacement character as a character too: its reader puts a NUL instead.
func undecodable(p []byte, encoding string) int {
	i := bytes.IndexByte(p, 0)
	if encoding == UTF16LE || encoding == UTF16BE {
		return i
	}
	if k := bytes.Index(p, []byte("\uFFFD")); k >= 0 && (i < 0 || k < i) {
		i = k
	}
	return i
}

// evidence tells Chinese text in GB18030 from what only decodes as such. Real
// text lies in the zone of GB2312; another encoding read as GB18030 lies all
// over; damaged UTF-8 has more characters that are whole than damage.
type evidence struct {
	lead          byte
	four          int // bytes of a character of four that are still to come
	common, other int
	rest          []byte // begins a character of UTF-8
	whole, wrong  int    // characters of three bytes and more that are UTF-8, and bytes that are not
}

// Write is io.Writer.
func (e *evidence) Write(p []byte) (int, error) {
	for _, c := range p {
		switch {
		case e.four > 0:
			e.four--
		case e.lead != 0:
			switch {
			case c >= '0' && c <= '9':
				e.four = 2
				e.other++
			case e.lead >= 0xA1 && e.lead <= 0xF7 && c >= 0xA1:
				e.common++
			default:
				e.other++
			}
			e.lead = 0
		case c > 0x80:
			e.lead = c
		}
	}
	q := append(e.rest, p...)
	n := len(q) - cutCharacter(q)
	for i := 0; i < n; {
		r, size := utf8.DecodeRune(q[i:n])
		switch {
		case r == utf8.RuneError && size <= 1:
			e.wrong++
		case size > 2:
			e.whole++
		}
		i += size
	}
	e.rest = append([]byte(nil), q[n:]...)
	return len(p), nil
}

// chinese reports whether at least three characters of four are common ones,
// and the text is not UTF-8 with some damage.
func (e *evidence) chinese() bool {
	return e.common > 0 && e.common >= 3*e.other && e.whole <= e.wrong
}

// utf16Reader decodes UTF-16 strictly: a half of a pair alone, or half a
// character at the end, comes out as a NUL, which no text has.
type utf16Reader struct {
	src  io.Reader
	big  bool
	in   [block]byte
	n    int // of in
	out  []byte
	done bool
	err  error
}

// Read is io.Reader.
func (u *utf16Reader) Read(p []byte) (int, error) {
	for len(u.out) == 0 {
		if u.done {
			return 0, u.err
		}
		u.more()
	}
	n := copy(p, u.out)
	u.out = u.out[n:]
	return n, nil
}

func (u *utf16Reader) more() {
	n, err := io.ReadFull(u.src, u.in[u.n:])
	u.n += n
	if err != nil {
		u.done, u.err = true, err
		if err == io.ErrUnexpectedEOF {
			u.err = io.EOF
		}
	}
	out, i := make([]byte, 0, u.n*3/2), 0
	for ; i+1 < u.n; i += 2 {
		r := u.unit(i)
		if utf16.IsSurrogate(r) {
			if i+3 >= u.n && !u.done {
				break
			}
			r2 := rune(0)
			if i+3 < u.n {
				r2 = u.unit(i + 2)
			}
			if r = utf16.DecodeRune(r, r2); r == utf8.RuneError {
				out = append(out, 0)
				continue
			}
			i += 2
		}
		out = utf8.AppendRune(out, r)
	}
	if u.done && i < u.n && u.err == io.EOF {
		out = append(out, 0)
		i = u.n
	}
	u.n = copy(u.in[:], u.in[i:u.n])
	u.out = out
}

func (u *utf16Reader) unit(i int) rune {
	if u.big {
		return rune(u.in[i])<<8 | rune(u.in[i+1])
	}
	return rune(u.in[i+1])<<8 | rune(u.in[i])
}
