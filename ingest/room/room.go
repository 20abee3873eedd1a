// Package room gives memory to what there is much of: the records of big
// tables, their keys, ids and texts. It is the heap, in big pages, for small
// runs, a Store beside the heap for large ones, and a Store in a mapped temporary
// file for those that would need more than they may have.
package room

import (
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"
	"unsafe"
)

// Reserve returns s with room for n more elements. The room is asked for in
// pages as big as the system has: where a machine is virtual, the first touch of
// a small page costs more than filling it. What lies behind the length of the
// result is not zeroed where T has no pointers: every element is to be written
// before it is read. Where in is a Store and T is numbers and texts, the result
// lies there: what is put into it is to be Owned first. s is not used after.
func Reserve[T any](in *Store, s []T, n int) []T {
	if cap(s)-len(s) >= n {
		return s
	}
	var out []T
	if l := layoutOf[T](); in != nil && l.flat && (len(s)+n)*l.size >= rawFrom {
		out = unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(in.bytes((len(s)+n)*l.size)))), len(s)+n)[:len(s)]
	} else {
		out = raw[T](len(s) + n)[:len(s)]
		bigPages(out)
	}
	Own(in, s)
	copy(out, s)
	Free(in, s)
	return out
}

// Zeros returns n elements that are zero.
func Zeros[T any](in *Store, n int) []T {
	if in == nil {
		return make([]T, n)
	}
	s := Reserve[T](in, nil, n)[:n]
	if !in.has(memory(s)) { // what a Store gives is zero
		clear(s)
	}
	return s
}

// raw returns n elements: as they come, where they are many and have no
// pointers (a strings.Builder is the one that grows without zeroing).
func raw[T any](n int) []T {
	l := layoutOf[T]()
	if n*l.size < rawFrom || !l.flat || len(l.texts) > 0 {
		return make([]T, n)
	}
	var b strings.Builder
	b.Grow(n * l.size)
	b.WriteByte(0) // now it has an address
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.StringData(b.String()))), n)
}

// rawFrom is from how many bytes on memory comes in whole pages, aligned for
// any type.
const rawFrom = 1 << 20

// layout is what room knows of a type.
type layout struct {
	size  int
	flat  bool      // numbers and texts, no other pointers
	texts []uintptr // where its texts are
}

func layoutOf[T any]() layout {
	t := reflect.TypeFor[T]()
	l := layout{size: int(t.Size()), flat: true}
	l.look(t, 0)
	return l
}

func (l *layout) look(t reflect.Type, at uintptr) {
	switch k := t.Kind(); {
	case k == reflect.Struct:
		for i := range t.NumField() {
			l.look(t.Field(i).Type, at+t.Field(i).Offset)
		}
	case k == reflect.Array:
		for i := range t.Len() {
			l.look(t.Elem(), at+uintptr(i)*t.Elem().Size())
		}
	case k == reflect.String:
		l.texts = append(l.texts, at)
	case k < reflect.Bool || k > reflect.Complex128:
		l.flat = false
	}
}

// Own moves the texts of rows into the Store, where they do not lie there: the
// collector does not look into a Store, and would take them away. It does nothing
// where there is none.
func Own[T any](in *Store, rows []T) {
	if in == nil || len(rows) == 0 {
		return
	}
	l := layoutOf[T]()
	for i := range rows {
		for _, at := range l.texts {
			text := (*string)(unsafe.Add(unsafe.Pointer(&rows[i]), at))
			if !in.holds(*text) {
				*text = in.keep(*text)
			}
		}
	}
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
