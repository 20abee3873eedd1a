package activity

import (
	"cmp"
	"slices"
	"strings"

	"crmreport/ingest/crm"
)

// graded is what a customer is graded from a day on.
type graded struct {
	customer crm.CustomerNo
	on       crm.Date
	grade    grade
	signed   bool // the row says that the customer has signed, which ends the grading
}

// history is the grades of every customer, oldest first, one a day. There may be
// millions of rows: of a long table the place of each customer is kept.
type history struct {
	rows  []graded // by customer and day
	first []int32  // by customer: its first row; nil for a short table
}

// long is how many rows a table has before the place of each customer is kept.
const long = 4096

// readGrades reads the table. Of the rows of one day the last stands.
func readGrades(b *crm.Book) history {
	h := history{rows: make([]graded, 0, len(b.Grades))}
	for i := range b.Grades {
		if r := &b.Grades[i]; r.Date.Known() && r.Customer != crm.NoCustomer {
			g, signed := gradeOf(r.Grade)
			h.rows = append(h.rows, graded{r.Customer, r.Date, g, signed})
		}
	}
	slices.SortStableFunc(h.rows, func(x, y graded) int { return cmp.Or(cmp.Compare(x.customer, y.customer), cmp.Compare(x.on, y.on)) })
	kept := h.rows[:0]
	for i, g := range h.rows {
		if i+1 == len(h.rows) || h.rows[i+1].customer != g.customer || h.rows[i+1].on != g.on {
			kept = append(kept, g)
		}
	}
	h.rows = kept
	if len(h.rows) > long {
		h.first = firsts(h.rows, b.Customers.Len())
	}
	return h
}

// firsts is the place of each customer's first row, and of what follows the last.
func firsts(rows []graded, customers int) []int32 {
	first := make([]int32, customers+1)
	for _, g := range rows {
		first[g.customer+1]++
	}
	for c := 1; c < len(first); c++ {
		first[c] += first[c-1]
	}
	return first
}

// of is the grades of a customer.
func (h *history) of(c crm.CustomerNo) []graded {
	if h.first != nil && c >= 0 {
		return h.rows[h.first[c]:h.first[c+1]]
	}
	return ofCustomer(h.rows, c, func(g *graded) crm.CustomerNo { return g.customer })
}

// gradeOf reads a grade, in either case; "signed" is an ending that some keep
// among the grades.
func gradeOf(text string) (g grade, signed bool) {
	switch strings.ToUpper(strings.TrimSpace(text)) {
	case "A":
		return gradeA, false
	case "B":
		return gradeB, false
	case "C":
		return gradeC, false
	case "SIGNED", "已签约", "签约":
		return gradeOther, true
	}
	return gradeOther, false
}

// on is the grade that a customer has on d.
func (h *history) on(c crm.CustomerNo, d crm.Date) grade {
	gs := h.of(c)
	for i := len(gs) - 1; i >= 0; i-- {
		if gs[i].on <= d {
			return gs[i].grade
		}
	}
	return gradeNone
}

// stated reports whether the rows of customers are all there is of grades: how a
// customer is graded now, and not since when.
func stated(b *crm.Book) bool {
	return !b.Has("grades") && slices.ContainsFunc(b.CustomerRows, func(c crm.Customer) bool { return c.Grade != "" })
}
