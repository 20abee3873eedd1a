package snapshot

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// DecodeInputs reads of what Encode wrote the inputs alone: of a large file the
// first lines. It refuses what Decode refuses.
func DecodeInputs(r io.Reader) ([]Input, error) {
	dec := json.NewDecoder(r)
	if _, err := dec.Token(); err != nil {
		return nil, fmt.Errorf("not a metrics file: %w", err)
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, fmt.Errorf("not a metrics file: %w", err)
		}
		var wire []wireInput
		var other json.RawMessage
		switch key {
		case "schema":
			var schema string
			if err = dec.Decode(&schema); err == nil {
				err = readable(schema)
			}
		case "inputs":
			if err = dec.Decode(&wire); err == nil {
				return unwireInputs(wire), nil
			}
		default:
			err = dec.Decode(&other)
		}
		if err != nil {
			return nil, fmt.Errorf("not a metrics file: %w", err)
		}
	}
	return nil, fmt.Errorf("not a metrics file: it has no inputs")
}

// readable refuses another schema or major version.
func readable(schema string) error {
	major := Schema[:strings.LastIndex(Schema, ".")]
	if !strings.HasPrefix(schema, major+".") {
		return fmt.Errorf("schema is %q, this program reads %s.x", schema, major)
	}
	return nil
}

func unwireInputs(wire []wireInput) []Input {
	var out []Input
	for _, i := range wire {
		out = append(out, Input{Table: i.Table, File: i.File, SHA256: i.SHA256, Bytes: i.Bytes, Encoding: i.Encoding, Read: i.Read,
			Accepted: i.Accepted, Duplicates: i.Duplicates, Rejected: i.Rejected, Skipped: i.Skipped, FutureRows: i.FutureRows, Newest: i.Newest, AgeWorkdays: i.Workdays})
	}
	return out
}
