package block

import (
	"runtime"
	"runtime/debug"
)

// Room returns s with room for n more elements. The room is asked for in pages
// as big as the system has: where a machine is virtual, the first touch of a
// small page costs more than filling it.
func Room[T any](s []T, n int) []T {
	out := make([]T, len(s), len(s)+n)
	bigPages(out)
	copy(out, s)
	return out
}

// Expect tells that the program is about to allocate n bytes. Go takes memory
// from the system in small pages; what Expect takes, advises to be big and lets
// go untouched, is where Go allocates next. It costs addresses, no memory. A
// third of the processor time of a large run was first touches of small pages.
func Expect(n int64) {
	if n = min(n, spare()); n < expectFrom {
		return
	}
	bigPages(make([]byte, n))
	percent := debug.SetGCPercent(-1) // the size of what is let go must not set the pace
	runtime.GC()
	debug.SetGCPercent(percent)
}

// expectFrom is how many bytes pay for a collection of an empty heap.
const expectFrom = 32 << 20
