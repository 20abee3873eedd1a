package snapshot

import _ "embed" // the schema

// JSONSchema is the JSON Schema (2020-12) of metrics.json.
//
//go:embed metrics.schema.json
var JSONSchema string
