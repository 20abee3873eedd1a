package crm

import (
	"fmt"
	"strings"
	"testing"
)

// What was kept stays as it is, however much follows and whatever becomes of
// what it was a piece of.
func TestTexts(t *testing.T) {
	var texts Texts
	var kept []string
	want := func(i int) string { return strings.Repeat("x", i*7%900) + fmt.Sprint(i) }
	for i := range 5_000 {
		line := []byte(want(i))
		kept = append(kept, texts.Keep(string(line)))
		clear(line)
	}
	for i, k := range kept {
		if k != want(i) {
			t.Fatalf("%d is %q, want %q", i, k, want(i))
		}
	}
	if long := strings.Repeat("y", 3*longestPiece); texts.Keep(long) != long || texts.Keep("") != "" {
		t.Error("a long text, or none, does not come back")
	}
}
