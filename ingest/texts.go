package ingest

import "crmreport/ingest/crm"

// texts keeps the texts of a table, and keeps one only once while it comes again
// and again: the deal of a history, a city, a product.
type texts struct {
	kept   crm.Texts
	recent [256]string
}

func (t *texts) keep(text string) string {
	n := len(text)
	if n == 0 {
		return ""
	}
	at := &t.recent[(uint32(text[0])*31+uint32(text[n/2])*131+uint32(text[n-1])*7+uint32(n))%256]
	if *at != text {
		*at = t.kept.Keep(text)
	}
	return *at
}
