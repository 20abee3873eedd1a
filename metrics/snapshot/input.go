package snapshot

import "crmreport/ingest/crm"

// Age is how many days before asOf the newest row of an input is; false where
// it has no dated row.
func (i *Input) Age(asOf string) (days int64, ok bool) {
	newest, err := crm.ParseDate(i.Newest)
	to, err2 := crm.ParseDate(asOf)
	if err != nil || err2 != nil || newest == crm.NoDate {
		return 0, false
	}
	return int64(to - newest), true
}
