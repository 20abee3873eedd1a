package ingest

import "strings"

const (
	sfShort = 15 // characters of an id in reports, case-sensitive
	sfLong  = 18 // of the same id from the API
	sfNull  = "000000000000000"
)

// salesforceID shortens an 18-character id to the 15 of reports, so that the two
// join. The last three characters repeat the case of the first 15; a text for
// which they do not is no such id and stays. The null id is blank.
func salesforceID(s string) string {
	if len(s) != sfLong && len(s) != sfShort {
		return s
	}
	if len(s) == sfLong {
		if sfSuffix(s[:sfShort]) != s[sfShort:] {
			return s
		}
		s = s[:sfShort]
	}
	if s == sfNull {
		return ""
	}
	return s
}

// sfSuffix is the checksum of a 15-character id: a character for each five,
// whose bits say which of the five are upper case.
func sfSuffix(id string) string {
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
	var b strings.Builder
	for five := range 3 {
		bits := 0
		for i := range 5 {
			switch c := id[5*five+i]; {
			case c >= 'A' && c <= 'Z':
				bits |= 1 << i
			case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			default:
				return ""
			}
		}
		b.WriteByte(digits[bits])
	}
	return b.String()
}
