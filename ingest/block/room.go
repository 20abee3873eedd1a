package block

import (
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"
	"unsafe"
)

// Room returns s with room for n more elements. The room is asked for in pages
// as big as the system has: where a machine is virtual, the first touch of a
// small page costs more than filling it. What lies behind the length of the
// result is not zeroed where T has no pointers: every element is to be written
// before it is read.
func Room[T any](s []T, n int) []T {
	out := raw[T](len(s) + n)[:len(s)]
	bigPages(out)
	copy(out, s)
	return out
}

// raw returns n elements: as they come, where they are many and have no
// pointers (a strings.Builder is the one that grows without zeroing).
func raw[T any](n int) []T {
	size := int(unsafe.Sizeof(*new(T)))
	if n*size < rawFrom || pointers(reflect.TypeFor[T]()) {
		return make([]T, n)
	}
	var b strings.Builder
	b.Grow(n * size)
	b.WriteByte(0) // now it has an address
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.StringData(b.String()))), n)
}

// rawFrom is from how many bytes on memory comes in whole pages, aligned for
// any type.
const rawFrom = 1 << 20

func pointers(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Struct:
		for i := range t.NumField() {
			if pointers(t.Field(i).Type) {
				return true
			}
		}
		return false
	case reflect.Array:
		return pointers(t.Elem())
	}
	return t.Kind() < reflect.Bool || t.Kind() > reflect.Complex128 // not a number
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
