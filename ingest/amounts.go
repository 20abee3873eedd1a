package ingest

import (
	"errors"
	"strings"

	"crmreport/ingest/crm"
)

var errThousands = errors.New("thousands are not grouped as in 1,234,567.89")

// parseAmount reads an exact amount into minor units. A comma is taken for a
// thousands separator only where nothing else is possible: exact groups of
// three and a decimal point.
func parseAmount(s string, places int) (int64, error) {
	plain, err := ungroup(s)
	if err != nil {
		return 0, err
	}
	return crm.ParseMinor(plain, places)
}

func parseNumber(s string) (crm.Decimal, error) {
	plain, err := ungroup(s)
	if err != nil {
		return 0, err
	}
	return crm.ParseDecimal(plain)
}

// parseShare reads 0.08 or 8%, exactly.
func parseShare(s string) (crm.Decimal, error) {
	number, isPercent := strings.CutSuffix(s, "%")
	v, err := parseNumber(strings.TrimSpace(number))
	if err != nil || !isPercent {
		return v, err
	}
	if v%100 != 0 {
		return 0, errors.New("has more than 7 decimal places of a percent")
	}
	return v / 100, nil
}

// ungroup strips a plus sign and unambiguous thousands separators.
func ungroup(s string) (string, error) {
	if len(s) > 1 && s[0] == '+' && s[1] != '-' {
		s = s[1:]
	}
	if !strings.Contains(s, ",") {
		return s, nil
	}
	sign, digits := "", s
	if digits[0] == '-' {
		sign, digits = "-", digits[1:]
	}
	whole, fraction, dotted := strings.Cut(digits, ".")
	groups := strings.Split(whole, ",")
	if !dotted || groups[0] == "" || len(groups[0]) > 3 {
		return "", errThousands
	}
	for _, g := range groups[1:] {
		if len(g) != 3 {
			return "", errThousands
		}
	}
	return sign + strings.Join(groups, "") + "." + fraction, nil
}
