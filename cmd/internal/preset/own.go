package preset

import "crmreport/ingest"

const (
	ownID    = "crmreport"
	ownShare = 60 // percent of a file's headers that must be ours
)

// Own returns our own tables as a vendor, so that a file headed as inputs.md
// says is recognised like any other.
func Own() *Vendor {
	v := &Vendor{ID: ownID, Vendor: "crmreport", Export: "tables headed as crmreport's own"}
	for _, t := range ingest.Tables() {
		v.Objects = append(v.Objects, own(v, t))
	}
	return v
}

func own(v *Vendor, t ingest.TableSpec) Object {
	f := Feed{Table: t.Name, Columns: map[string][]string{}}
	for _, c := range t.Columns {
		f.Columns[c] = []string{c}
	}
	o := Object{Vendor: v, Name: t.Name, Verified: "yes: it is the definition", Tables: []Feed{f}}
	o.Must = append(o.Must, t.Required...)
	o.prepare()
	return o
}

// Own reports whether the object is one of our own tables.
func (o *Object) Own() bool { return o.Vendor != nil && o.Vendor.ID == ownID }
