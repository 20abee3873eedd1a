package ingest

import "testing"

func TestNearest(t *testing.T) {
	known := []string{"timezone", "currency", "sources", "on"}
	for word, want := range map[string]string{
		"timezome": `; did you mean "timezone"?`, // one letter
		"Curency":  `; did you mean "currency"?`, // case and one letter
		"of":       `; did you mean "on"?`,
		"banana":   "",
		"":         "",
	} {
		if got := Nearest(word, known); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
	if got := Nearest("x", nil); got != "" {
		t.Errorf("nothing known, yet %q", got)
	}
}
