package fold

import (
	"bytes"
	"encoding/json"
	"slices"
)

// Bag is a list in no order: bags of the same things are the same state.
type Bag[T any] []T

// Add adds a thing. It doubles the room where append would add a quarter of it:
// there may be millions.
func (b *Bag[T]) Add(v T) {
	if n := len(*b); n == cap(*b) {
		*b = slices.Grow(*b, max(64, n))
	}
	*b = append(*b, v)
}

// MarshalJSON writes the things in the order of their text.
func (b Bag[T]) MarshalJSON() ([]byte, error) {
	texts := make([]json.RawMessage, len(b))
	for i, v := range b {
		text, err := json.Marshal(v)
		if err != nil {
			return nil, err
		}
		texts[i] = text
	}
	slices.SortFunc(texts, func(x, y json.RawMessage) int { return bytes.Compare(x, y) })
	return json.Marshal(texts)
}
