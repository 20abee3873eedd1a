package ingest

import (
	"fmt"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Nearest returns `; did you mean "x"?` for the known word closest to word, and
// "" where none is close: a suggestion that differs in more than a third only
// confuses. Case does not count.
func Nearest(word string, known []string) string {
	best, at := -1, ""
	for _, k := range known {
		d := levenshtein.ComputeDistance(strings.ToLower(word), strings.ToLower(k))
		if best < 0 || d < best {
			best, at = d, k
		}
	}
	if best < 0 || best > max(1, (max(len([]rune(word)), len([]rune(at)))+1)/3) {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", at)
}
