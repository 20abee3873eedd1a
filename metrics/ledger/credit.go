package ledger

import (
	"math/bits"
	"sort"

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
	parts := make([]int64, len(weights))
	var total uint64
	for _, w := range weights {
		total += uint64(max(w, 0))
	}
	if total == 0 {
		parts[0] = amount
		return parts
	}
	abs := uint64(max(amount, -amount))
	rests, order, left := make([]uint64, len(weights)), make([]int, len(weights)), abs
	for i, w := range weights {
		hi, lo := bits.Mul64(abs, uint64(max(w, 0)))
		q, r := bits.Div64(hi, lo, total) // w ≤ total, so q ≤ abs fits
		parts[i], rests[i], order[i] = int64(q), r, i
		left -= q
	}
	sort.SliceStable(order, func(x, y int) bool { return rests[order[x]] > rests[order[y]] })
	for _, i := range order[:left] {
		parts[i]++
	}
	if amount < 0 {
		for i := range parts {
			parts[i] = -parts[i]
		}
	}
	return parts
}

// Share is a rep's part of a sale, in units of 10^-9.
type Share struct {
	Rep    crm.RepNo
	Weight int64
}

// Sales finds contracts and who has their credit.
type Sales struct {
	byID   map[crm.ContractID]*crm.Contract
	splits []crm.Split // by contract
}

// NewSales indexes the contracts of a book.
func NewSales(b *crm.Book) *Sales {
	s := &Sales{make(map[crm.ContractID]*crm.Contract, len(b.Contracts)), b.Splits}
	for i := range b.Contracts {
		s.byID[b.Contracts[i].ID] = &b.Contracts[i]
	}
	return s
}

// Contract returns the contract of an id, or nil.
func (s *Sales) Contract(id crm.ContractID) *crm.Contract { return s.byID[id] }

// Credit returns the credited reps of a contract in the order listed, their
// weights summing to One, and the overlay credit outside these. Splits
// that sum to neither 1 nor 100 % (R-5.35) are refused: the credit is then the
// contract's own rep's, and ok is false. An unknown contract without splits has
// no credit.
func (s *Sales) Credit(id crm.ContractID) (shares, overlay []Share, ok bool) {
	at := sort.Search(len(s.splits), func(i int) bool { return s.splits[i].Contract >= id })
	var sum int64
	negative := false
	for ; at < len(s.splits) && s.splits[at].Contract == id; at++ {
		r := s.splits[at]
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
	ok = len(shares) == 0
	shares = nil
	if c := s.byID[id]; c != nil && id != "" {
		shares = []Share{{c.Rep, int64(crm.One)}}
	}
	return shares, overlay, ok
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
