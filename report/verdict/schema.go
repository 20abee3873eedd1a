package verdict

import _ "embed" // the schema

// JSONSchema is the JSON Schema (2020-12) of the JSON form.
//
//go:embed compare.schema.json
var JSONSchema string
