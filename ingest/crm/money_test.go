package crm

import (
	"math/big"
	"testing"
)

// 100.00 USD at 7.1234567: 712.34567 exactly, 712.35 rounded; 1000 JPY (no
// minor unit) at 0.05: 50.00.
func TestFXExact(t *testing.T) {
	fx := NewFX([]FXRate{{Currency: "USD", Date: 10, Rate: 7_123_456_700}, {Currency: "JPY", Date: 10, Rate: One / 20}})
	for _, c := range []struct {
		m     Money
		want  *big.Rat
		minor int64
	}{
		{Money{10000, "USD"}, big.NewRat(71234567, 1000), 71235},
		{Money{1000, "JPY"}, big.NewRat(5000, 1), 5000},
		{Money{-50, "CNY"}, big.NewRat(-50, 1), -50},
	} {
		got, ok := fx.Exact(c.m, "CNY", 10)
		minor, ok2 := fx.Convert(c.m, "CNY", 12)
		if !ok || !ok2 || got.Cmp(c.want) != 0 || minor != c.minor {
			t.Errorf("%v: %v %v, %d %v", c.m, got, ok, minor, ok2)
		}
	}
	if _, ok := fx.Exact(Money{1, "USD"}, "CNY", 9); ok {
		t.Error("a rate before the first")
	}
}
