package funnel

import "crmreport/metrics/fold"

// bag is a list in no order.
type bag[T any] = fold.Bag[T]
