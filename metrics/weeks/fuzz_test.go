package weeks

import (
	"bytes"
	"testing"
)

// A history file that is read is written so that it reads the same again.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"schema":"` + Schema + `","week":"2025-W10","scopes":[{"id":"company","level":"company","name":"c"}],"values":[{"metric":"m","scope":"company","period":"2025-W10","value":"1/2"}]}`))
	f.Add([]byte(`{"schema":"` + Schema + `","week":"2025-W10","below_metrics":["m"],"below":[{"id":"a","level":"area","name":"a","values":"3/1~"}],"revisions":[{"run":"r1"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := Decode(bytes.NewReader(data))
		if err != nil {
			return
		}
		var once, twice bytes.Buffer
		if err := r.Encode(&once); err != nil {
			t.Fatal(err)
		}
		again, err := Decode(bytes.NewReader(once.Bytes()))
		if err != nil {
			t.Fatalf("%q cannot be read again: %v", once.Bytes(), err)
		}
		if err := again.Encode(&twice); err != nil || !bytes.Equal(once.Bytes(), twice.Bytes()) {
			t.Fatalf("%q is written again as %q: %v", once.Bytes(), twice.Bytes(), err)
		}
	})
}
