package conversion

import (
	"fmt"

	"crmreport/ingest/crm"
)

// Visits is what a leaf's visits add up to. Raw rows of the counted channels are
// Failed + Duplicates + Visits.
type Visits struct {
	Failed     int64 // failed audits, in no other count
	Duplicates int64 // further rows of one rep, customer and day
	Visits     int64
	Valid      int64
	Advanced   int64 // of Valid: a deal of the customer moved forward soon after
	Unknown    int64 // neither valid nor invalid: a blank decides
	NewValid   int64 // first valid visits of an ownership spell
}

// DayVisits is Visits of one leaf on one day. There may be millions of such
// cells: they have half the size.
type DayVisits struct {
	Failed, Duplicates, Visits, Valid, Advanced, Unknown, NewValid int32
}

// Plus adds field by field.
func (v DayVisits) Plus(w DayVisits) DayVisits {
	return DayVisits{v.Failed + w.Failed, v.Duplicates + w.Duplicates, v.Visits + w.Visits, v.Valid + w.Valid,
		v.Advanced + w.Advanced, v.Unknown + w.Unknown, v.NewValid + w.NewValid}
}

func (v Visits) plusDay(w DayVisits) Visits {
	return v.Plus(Visits{int64(w.Failed), int64(w.Duplicates), int64(w.Visits), int64(w.Valid), int64(w.Advanced), int64(w.Unknown), int64(w.NewValid)})
}

// Plus adds field by field.
func (v Visits) Plus(w Visits) Visits {
	v.Failed += w.Failed
	v.Duplicates += w.Duplicates
	v.Visits += w.Visits
	v.Valid += w.Valid
	v.Advanced += w.Advanced
	v.Unknown += w.Unknown
	v.NewValid += w.NewValid
	return v
}

// Signed is what a leaf signed in one period. A signing is a customer of a
// period, so days of signings do not add up to periods and this is kept
// period by period.
type Signed struct {
	Signings     int64 // in 10⁻⁹ of a signing
	WithoutVisit int64 // of Signings, likewise
	Amount       int64 // of every new contract, minor units of the report currency
	Voided       int64 // contracts voided only after the period ended
}

// Plus adds field by field.
func (s Signed) Plus(w Signed) Signed {
	s.Signings += w.Signings
	s.WithoutVisit += w.WithoutVisit
	s.Amount += w.Amount
	s.Voided += w.Voided
	return s
}

// SignedCell addresses what one leaf signed in one period of the frame.
type SignedCell struct {
	Leaf   crm.LeafNo
	Period int32 // its number in Frame.Periods
}

// MarshalText makes cells JSON map keys: leaf@period.
func (c SignedCell) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%d@%d", c.Leaf, c.Period), nil
}

// UnmarshalText reads what MarshalText wrote.
func (c *SignedCell) UnmarshalText(b []byte) error {
	if _, err := fmt.Sscanf(string(b), "%d@%d", &c.Leaf, &c.Period); err != nil {
		return fmt.Errorf("%q is not a leaf and a period", b)
	}
	return nil
}

// Place is the row that a case stands on: no two records share one.
type Place crm.Pos

// MarshalText makes places JSON map keys: file:line.
func (p Place) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%d:%d", p.File, p.Line), nil
}

// UnmarshalText reads what MarshalText wrote.
func (p *Place) UnmarshalText(b []byte) error {
	if _, err := fmt.Sscanf(string(b), "%d:%d", &p.File, &p.Line); err != nil {
		return fmt.Errorf("%q is not a place", b)
	}
	return nil
}

// Case is a row that a list names.
type Case struct {
	Leaf     crm.LeafNo
	Rep      crm.RepNo
	Customer crm.CustomerNo
	Date     crm.Date
	Contract crm.ContractID `json:",omitempty"`
}
