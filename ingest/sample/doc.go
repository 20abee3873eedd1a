// Package sample writes realistic CRM exports of any size: every table that
// crmreport reads, with a plot whose truth is known, so that tests and
// demonstrations can check that a report tells the story that is in the data.
//
// It is a generator, not a reader: it knows the column names of the tables and
// nothing of how they are parsed. Rows stream: one rep at a time is in memory,
// never all the visits. Every rep draws from an own generator seeded by the
// seed and the rep's number, and all arithmetic is on integers, so the same
// Options give the same bytes on every machine.
//
// The commission ledger of the last closed months says what the plans come to,
// worked out here once more in integers, but for two mistakes that Truth names.
//
// What it leaves out: half of the renewals have no deal; visits begin with the
// window while contracts reach two years back.
package sample
