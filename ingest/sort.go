package ingest

import "slices"

// sortRows sorts rows by order. What is sorted is their numbers, and then each
// row is moved once: rows are long, mostly in order already, and the one sort of
// numbers serves every table, where a sort of rows is compiled for each.
func sortRows[T any](rows []T, order func(x, y *T) int) {
	if sorted(rows, order) {
		return
	}
	numbers := make([]int32, len(rows))
	for i := range numbers {
		numbers[i] = int32(i)
	}
	slices.SortFunc(numbers, func(i, j int32) int { return order(&rows[i], &rows[j]) })
	arrange(rows, numbers)
}

// thenPlace orders by by, and what that leaves open by the place in the files.
func thenPlace[T located](by func(x, y *T) int) func(x, y *T) int {
	return func(x, y *T) int {
		if c := by(x, y); c != 0 {
			return c
		}
		return byPlace((*x).Where(), (*y).Where())
	}
}

func sorted[T any](rows []T, order func(x, y *T) int) bool {
	for i := 1; i < len(rows); i++ {
		if order(&rows[i-1], &rows[i]) > 0 {
			return false
		}
	}
	return true
}

// arrange puts at i what was at from[i], for every i, and leaves from as 0, 1, 2 …
func arrange[T any](rows []T, from []int32) {
	for first := range from {
		row, at := rows[first], first
		for next := int(from[at]); next != first; next = int(from[at]) {
			rows[at], from[at] = rows[next], int32(at)
			at = next
		}
		rows[at], from[at] = row, int32(at)
	}
}
