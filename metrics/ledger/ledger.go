// Package ledger keeps one customer's account: which payment, credit note or
// write-off settles which instalment, and when.
// Receivables and commissions both stand on it; it defines no metric.
package ledger
