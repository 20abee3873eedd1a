package ledger

import (
	"cmp"
	"slices"

	"crmreport/ingest/crm"
)

// Contracts finds the contracts of one customer by id; the zero value knows
// none. Almost every document names one of its own customer's.
type Contracts struct {
	rows []crm.Contract
	by   []int32 // by id
}

// Reset makes c find the contracts of rows, in the room that it has.
func (c *Contracts) Reset(rows []crm.Contract) {
	c.rows, c.by = rows, c.by[:0]
	for i := range rows {
		c.by = append(c.by, int32(i))
	}
	slices.SortFunc(c.by, func(i, j int32) int { return cmp.Compare(rows[i].ID, rows[j].ID) })
}

// Find returns the number of a contract in rows, or -1.
func (c *Contracts) Find(id crm.ContractID) int {
	at, found := slices.BinarySearchFunc(c.by, id, func(i int32, id crm.ContractID) int { return cmp.Compare(c.rows[i].ID, id) })
	if !found {
		return -1
	}
	return int(c.by[at])
}
