package block

// Room returns s with room for n more elements. The room is asked for in pages
// as big as the system has: where a machine is virtual, the first touch of a
// small page costs more than filling it.
func Room[T any](s []T, n int) []T {
	out := make([]T, len(s), len(s)+n)
	bigPages(out)
	copy(out, s)
	return out
}
