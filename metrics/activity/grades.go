package activity

import (
	"cmp"
	"slices"
	"strings"

	"crmreport/ingest/crm"
)

// graded is what a customer is graded from a day on.
type graded struct {
	on     crm.Date
	grade  grade
	signed bool // the row says that the customer has signed, which ends the grading
}

// history is the grades of each customer, oldest first, one a day.
type history map[crm.CustomerNo][]graded

// readGrades reads the table. Of the rows of one day the last stands.
func readGrades(b *crm.Book) history {
	out := history{}
	for i := range b.Grades {
		r := &b.Grades[i]
		if !r.Date.Known() || r.Customer == crm.NoCustomer {
			continue
		}
		g, signed := gradeOf(r.Grade)
		out[r.Customer] = append(out[r.Customer], graded{r.Date, g, signed})
	}
	for c, gs := range out {
		slices.SortStableFunc(gs, func(x, y graded) int { return cmp.Compare(x.on, y.on) })
		kept := gs[:0]
		for i, g := range gs {
			if i+1 == len(gs) || gs[i+1].on != g.on {
				kept = append(kept, g)
			}
		}
		out[c] = kept
	}
	return out
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
func (h history) on(c crm.CustomerNo, d crm.Date) grade {
	gs := h[c]
	for i := len(gs) - 1; i >= 0; i-- {
		if gs[i].on <= d {
			return gs[i].grade
		}
	}
	return gradeNone
}
