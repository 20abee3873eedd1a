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
	Maybe      int64 // NewValid more, or fewer, if unknown visits were valid
}

// DayVisits are Visits and Valid of one leaf on one day. There may be millions of
// such cells, and every visit is added to one: they are small, and the rest of
// Visits, which few visits add to, is in cells of its own.
type DayVisits struct{ Visits, Valid int32 }

// DayRest is the rest of Visits of one leaf on one day.
type DayRest struct {
	Failed, Duplicates, Advanced, Unknown, NewValid, Maybe int32
}

// Plus adds field by field.
func (v DayVisits) Plus(w DayVisits) DayVisits {
	return DayVisits{v.Visits + w.Visits, v.Valid + w.Valid}
}

// Plus adds field by field.
func (v DayRest) Plus(w DayRest) DayRest {
	return DayRest{v.Failed + w.Failed, v.Duplicates + w.Duplicates, v.Advanced + w.Advanced,
		v.Unknown + w.Unknown, v.NewValid + w.NewValid, v.Maybe + w.Maybe}
}

func (v DayVisits) whole() Visits {
	return Visits{Visits: int64(v.Visits), Valid: int64(v.Valid)}
}

func (v DayRest) whole() Visits {
	return Visits{Failed: int64(v.Failed), Duplicates: int64(v.Duplicates), Advanced: int64(v.Advanced),
		Unknown: int64(v.Unknown), NewValid: int64(v.NewValid), Maybe: int64(v.Maybe)}
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
	v.Maybe += w.Maybe
	return v
}

// Signed is what a leaf signed in one period. A signing is a customer of a
// period, so days of signings do not add up to periods and this is kept
// period by period.
type Signed struct {
	Contracts    int64 // new ones with a share of the leaf
	Signings     int64 // in 10⁻⁹ of a signing
	WithoutVisit int64 // of Signings, likewise
	Amount       int64 // of every new contract, minor units of the report currency
	Voided       int64 // contracts voided only after the period ended
}

// Plus adds field by field.
func (s Signed) Plus(w Signed) Signed {
	s.Contracts += w.Contracts
	s.Signings += w.Signings
	s.WithoutVisit += w.WithoutVisit
	s.Amount += w.Amount
	s.Voided += w.Voided
	return s
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
