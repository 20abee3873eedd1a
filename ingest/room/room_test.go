package room

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
)

func TestReserve(t *testing.T) {
	s := Reserve(nil, []int64{1, 2}, 3<<20)
	if len(s) != 2 || cap(s) < 2+3<<20 || s[1] != 2 {
		t.Errorf("len %d, cap %d", len(s), cap(s))
	}
	s = s[:cap(s)]
	s[len(s)-1] = 7
	if again := Reserve(nil, s[:1], 5); &again[0] != &s[0] {
		t.Error("there was room")
	}
}

// What has pointers is zeroed: a collector reads it.
func TestLayout(t *testing.T) {
	type plain struct {
		A int32
		B [2]struct{ C uint8 }
		D float64
	}
	type texts struct {
		A string
		B [2]struct {
			C uint8
			D string
		}
	}
	if l := layoutOf[plain](); !l.flat || len(l.texts) > 0 {
		t.Errorf("numbers: %v", l)
	}
	if l := layoutOf[texts](); !l.flat || fmt.Sprint(l.texts) != "[0 24 48]" {
		t.Errorf("texts: %v", l)
	}
	for name, l := range map[string]layout{"pointer": layoutOf[*int](), "slice": layoutOf[[]int](), "any": layoutOf[[1]struct{ A any }](), "map": layoutOf[map[int]int]()} {
		if l.flat {
			t.Errorf("%s is flat", name)
		}
	}
	for _, s := range Reserve(nil, []*int{new(int)}, 1<<18)[:1<<18][1:] {
		if s != nil {
			t.Fatal("a pointer to nothing")
		}
	}
}

// A small machine and a large run: what is put into a Store stays, while texts
// that it was given on the heap are collected, and the process stays small.
func TestStore(t *testing.T) {
	const limit = 64 << 20
	dir := t.TempDir()
	for _, l := range []int64{0, limit} {
		if s, err := Open(dir, limit, l); s != nil || err != nil {
			t.Fatalf("a store for what fits: %v, %v", s, err)
		}
	}
	for _, l := range []int64{0, 1 << 40, limit} {
		s, err := Open(dir, 4*limit, l)
		if err != nil {
			t.Fatal(err)
		}
		if (s != nil) != mappable || s.InFile() != (mappable && l == limit) {
			t.Fatalf("limit %d: %v, in a file %v", l, s, s.InFile())
		}
		if mappable {
			fill(t, s)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("%v in the folder, %v", left, err)
	}
}

// fill puts records into a store and looks at them.
func fill(t *testing.T, s *Store) {
	type record struct {
		n    int
		text string
	}
	const n = 2 << 20
	var records []record
	for from := 0; from < n; from += 1 << 10 {
		part := make([]record, 1<<10)
		for i := range part {
			part[i] = record{from + i, strings.Clone(fmt.Sprint("text ", (from+i)/3))}
		}
		if cap(records) < from+len(part) {
			records = Reserve(s, records, max(1<<16, from))
		}
		Own(s, part)
		records = append(records, part...)
	}
	runtime.GC()
	for i, r := range records {
		if want := fmt.Sprint("text ", i/3); r.n != i || r.text != want || !s.holds(r.text) {
			t.Fatalf("record %d is %v", i, r)
		}
	}
	if !s.has(memory(records)) || s.InFile() && s.Used() < n*24 {
		t.Error("the records are elsewhere")
	}
	for _, z := range Zeros[uint64](s, 1<<20) {
		if z != 0 {
			t.Fatal("not zero")
		}
	}
	Free(s, records)
}

func TestStoreWithoutRoom(t *testing.T) {
	if _, err := Open("no such folder", 2, 1); err == nil && mappable {
		t.Error("a file in no folder")
	}
	s, err := Open(t.TempDir(), 64<<20, 1)
	if err != nil || !mappable {
		t.Fatal(err)
	}
	defer s.Close()
	defer func() {
		if _, full := recover().(Full); !full {
			t.Error("more than there are addresses for, and no panic")
		}
	}()
	s.bytes(len(s.all) + 1)
}
