package dialect

import (
	"strings"

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
	switch n := strings.NewReplacer("_", "-", " ", "").Replace(strings.ToLower(strings.TrimSpace(name))); n {
	case UTF8, "utf8", "utf-8-sig":
		return UTF8, true
	case UTF16LE, "utf-16", "utf16", "utf16le", "unicode":
		return UTF16LE, true
	case UTF16BE, "utf16be":
		return UTF16BE, true
	case GB18030, "gbk", "gb2312", "cp936", "gb-18030":
		return GB18030, true
	case Windows1252, "latin-1", "latin1", "iso-8859-1", "cp1252":
		return Windows1252, true
	}
	return "", false
}

// Fold is what two spellings of one header have in common: full-width forms,
// case and runs of blanks do not count (NFKC).
func Fold(header string) string {
	return strings.Join(strings.Fields(strings.ToLower(norm.NFKC.String(header))), " ")
}
