package preset

import (
	"strings"
	"unicode"

	"crmreport/ingest/dialect"
)

// Fold makes two spellings of a header or a word equal: compatibility forms
// (full width, NBSP), case, and everything that is no letter or digit are
// folded away, so that StageName, stage_name, "Stage Name" and *Stage Name* are
// one. What has no letter or digit folds to its trimmed self.
func Fold(s string) string {
	s = dialect.Fold(s)
	out := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			return r
		}
		return -1
	}, s)
	if out == "" {
		return strings.TrimSpace(s)
	}
	return out
}
