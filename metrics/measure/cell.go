package measure

import "math"

// NoAmount is the Num of a CellMoney whose amount is not known. It prints as
// "–": an unknown amount is not 0.
const NoAmount int64 = math.MinInt64
