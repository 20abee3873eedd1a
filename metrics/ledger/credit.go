package ledger

import (
	"math/bits"
	"slices"
	"sync"

	"crmreport/ingest/crm"
)

// Split divides amount by weights: largest remainder on the absolute amount,
// ties to the first listed, the sign restored. The parts sum to amount
// exactly. A negative weight counts as 0; where all are 0 the first takes all;
// no weights, no parts.
func Split(amount int64, weights []int64) []int64 {
	if len(weights) == 0 {
		return nil
	}
	return AppendSplit(make([]int64, 0, len(weights)), amount, weights)
}

// AppendSplit appends the parts of Split to room.
func AppendSplit(room []int64, amount int64, weights []int64) []int64 {
	var total uint64
	for _, w := range weights {
		total += uint64(max(w, 0))
	}
	from := len(room)
	room = append(room, weights...)
	parts := room[from:]
	if len(parts) < 2 || total == 0 {
		clear(parts)
		copy(parts, []int64{amount})
		return room
	}
	abs := uint64(max(amount, -amount))
	var few [8]uint64 // reps of one sale: hardly ever more
	rests, left := few[:0], abs
	for i, w := range weights {
		hi, lo := bits.Mul64(abs, uint64(max(w, 0)))
		q, r := bits.Div64(hi, lo, total) // w ≤ total, so q ≤ abs fits
		parts[i] = int64(q)
		rests = append(rests, r)
		left -= q
	}
	for ; left > 0; left-- { // the rests are below total and sum to left × total: more than left of them are above 0
		i := slices.Index(rests, slices.Max(rests))
		parts[i]++
		rests[i] = 0
	}
	if amount < 0 {
		for i := range parts {
			parts[i] = -parts[i]
		}
	}
	return room
}

// Share is a rep's part of a sale, in units of 10^-9.
type Share struct {
	Rep    crm.RepNo
	Weight int64
}

// Sales finds contracts and who has their credit. It is for concurrent use.
type Sales struct {
	byID   func() map[crm.ContractID]*crm.Contract // made when first asked for
	splits []crm.Split                             // by contract
	first  map[crm.ContractID]int32                // into splits
}

// NewSales indexes the splits of a book, and its contracts when one is asked for
// by its id alone.
func NewSales(b *crm.Book) *Sales {
	s := &Sales{splits: b.Splits, first: map[crm.ContractID]int32{}}
	for i := range b.Splits {
		if id := b.Splits[i].Contract; i == 0 || id != b.Splits[i-1].Contract {
			s.first[id] = int32(i)
		}
	}
	s.byID = sync.OnceValue(func() map[crm.ContractID]*crm.Contract {
		m := make(map[crm.ContractID]*crm.Contract, len(b.Contracts))
		for i := range b.Contracts {
			m[b.Contracts[i].ID] = &b.Contracts[i]
		}
		return m
	})
	return s
}

// Contract returns the contract of an id, or nil.
func (s *Sales) Contract(id crm.ContractID) *crm.Contract { return s.byID()[id] }

// Credit returns the credited reps of a contract in the order of the book, by
// rep id: a spare cent of goes to the first of equals, whatever the order
// of the export. Their weights sum to One; overlay credit is outside these.
// Splits that sum to neither 1 nor 100 % (R-5.35) are refused: the credit is
// then the contract's own rep's, and ok is false. An unknown contract without
// splits has no credit.
func (s *Sales) Credit(id crm.ContractID) (shares, overlay []Share, ok bool) {
	shares, overlay, ok = s.split(id)
	if shares == nil {
		shares = own(nil, s.Contract(id))
	}
	return shares, overlay, ok
}

// CreditOf is Credit of a contract at hand, nil where the id is not known. It
// puts a credit that is not split into room.
func (s *Sales) CreditOf(id crm.ContractID, c *crm.Contract, room []Share) (shares, overlay []Share, ok bool) {
	shares, overlay, ok = s.split(id)
	if shares == nil {
		shares = own(room[:0], c)
	}
	return shares, overlay, ok
}

// own puts the credit of a contract's own rep into room.
func own(room []Share, c *crm.Contract) []Share {
	if c == nil || c.ID == "" {
		return nil
	}
	return append(room, Share{c.Rep, int64(crm.One)})
}

// split is the credit by splits alone; no shares where there are none, or none
// that can be taken.
func (s *Sales) split(id crm.ContractID) (shares, overlay []Share, ok bool) {
	at, found := s.first[id]
	if !found {
		return nil, nil, true
	}
	var sum int64
	negative := false
	for _, r := range s.splits[at:] {
		if r.Contract != id {
			break
		}
		share := Share{r.Rep, int64(r.Share)}
		if r.Overlay {
			overlay = append(overlay, share)
			continue
		}
		shares = append(shares, share)
		sum += share.Weight
		negative = negative || share.Weight < 0
	}
	switch {
	case len(shares) > 0 && sum == int64(crm.One) && !negative:
		return shares, overlay, true
	case len(shares) > 0 && sum == 100*int64(crm.One) && !negative:
		for i := range overlay {
			overlay[i].Weight /= 100
		}
		return normalised(shares), overlay, true
	}
	return nil, overlay, len(shares) == 0
}

// normalised brings percents to units of 10^-9 of the whole.
func normalised(shares []Share) []Share {
	weights := make([]int64, len(shares))
	for i, s := range shares {
		weights[i] = s.Weight
	}
	for i, w := range Split(int64(crm.One), weights) {
		shares[i].Weight = w
	}
	return shares
}
