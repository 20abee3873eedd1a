package preset

import (
	"strings"

	"crmreport/cmd/internal/config"
)

// Words is a vocabulary of other programs: their words for ours.
type Words map[string]map[string][]string // table.field → ours → theirs

// CommonWords returns what the same words mean in every export.
func CommonWords() (Words, error) {
	text, err := files.ReadFile("words.yaml")
	if err != nil {
		return nil, err
	}
	w := Words{}
	return w, config.Decode("words.yaml", text, &w)
}

// Mean returns what one of their words means in a field: by the feed's own
// words, else by the common ones.
func (w Words) Mean(f *Feed, field, word string) (ours string, ok bool) {
	if ours, ok = mean(f.Words[field], word); ok {
		return ours, true
	}
	table := f.Table
	if table == "stage_history" {
		table = "deals"
	}
	return mean(w[table+"."+field], word)
}

// Known lists the words that Mean knows for a field, so that a misspelled one
// can be named.
func (w Words) Known(f *Feed, field string) []string {
	table := f.Table
	if table == "stage_history" {
		table = "deals"
	}
	var out []string
	for _, words := range []map[string][]string{f.Words[field], w[table+"."+field]} {
		for _, ours := range keys(words) {
			out = append(out, words[ours]...)
		}
	}
	return out
}

// mean looks a word up, exactly first: a folded likeness is no better than the
// word itself.
func mean(words map[string][]string, word string) (string, bool) {
	word = strings.TrimSpace(word)
	for _, same := range []func(a string) bool{
		func(a string) bool { return a == word },
		func(a string) bool { return Fold(a) == Fold(word) },
	} {
		for _, ours := range keys(words) {
			for _, theirs := range words[ours] {
				if same(theirs) {
					return ours, true
				}
			}
		}
	}
	return "", false
}
