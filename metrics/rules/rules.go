// Package rules is the register of the field's rules (metrics.md 6.1) by their
// ids: what practitioners hold a sales report to. A rule that is computed is cited by the definitions of the metrics that do it; one that is
// not says here which table or column would feed it, or why it is no number.
package rules

import "crmreport/metrics/measure"

// Class says what a rule takes.
type Class string

// The classes of metrics.md 6.1.
const (
	Computable Class = "C" // the tables of the inputs feed it
	NeedsMore  Class = "D" // it takes a further field or file
	Context    Class = "X" // a parameter, context, or a contradiction to record
)

// Rule is a rule of the field.
type Rule struct {
	ID    string
	Class Class
	// Why no metric cites it: what would feed it, or where its parameter is.
	// Empty of a rule that is computed.
	Why measure.Text
}

// All returns every rule, by source and number.
func All() []Rule { return table }
