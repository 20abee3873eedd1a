package room

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"sync"
	"unsafe"
)

// Store is memory that the collector of garbage leaves alone. Where a run might
// need more than it may have, it lies in a temporary file that has no name: the
// system writes it to the disk when it needs the memory, and it is gone when the
// process ends, however that ends; what of it is at hand, together with the heap,
// is held below a limit. A nil Store is the heap.
type Store struct {
	lock   sync.Mutex
	file   *os.File
	statm  *os.File // what the system says of the process
	limit  int64
	all    []byte // addresses: far more than will be used
	used   int
	backed int // bytes for which the disk has promised room
	piece  []byte
	known  [64]string // texts kept of late, by where they were
	copies [64]string
	before int64 // the memory limit of Go
	stop   chan struct{}
	done   chan struct{}
}

// Full is the panic of a Store that the disk has no room for.
type Full struct{ Err error }

func (f Full) Error() string { return "temporary file " + f.Err.Error() }
func (f Full) Unwrap() error { return f.Err }

// Open returns a Store for a run that needs about need bytes and may have limit,
// 0 for any. Where that is enough, the Store is memory without a file, which the
// collector leaves alone; nil where a run is too small for that, or the system
// has no Stores. The file is made in dir; an error is a Full.
func Open(dir string, need, limit int64) (*Store, error) {
	if !mappable || limit == 0 && need < storeFrom {
		return nil, nil
	}
	s := &Store{limit: limit}
	if limit == 0 || need <= limit {
		if need < storeFrom || s.reserve(addresses(need)) != nil {
			return nil, nil
		}
		return s, nil
	}
	if err := s.open(dir, addresses(need)); err != nil {
		var path *os.PathError
		if errors.As(err, &path) { // whose name nobody knows
			err = path.Err
		}
		return nil, Full{fmt.Errorf("in %s: %w", dir, err)}
	}
	s.stop, s.done = make(chan struct{}), make(chan struct{})
	s.before = debug.SetMemoryLimit(limit / 2)
	go s.watch()
	return s, nil
}

// addresses is how many bytes of addresses a Store has: none is ever used twice,
// and they cost nothing.
func addresses(need int64) int { return int(max(16*need, 1<<36)) }

// storeFrom is the need from which a Store pays without a limit.
const storeFrom = 256 << 20

// InFile reports whether what lies in the Store is slow to reach by turns.
func (s *Store) InFile() bool { return s != nil && s.file != nil }

// Used is how many bytes of a file were taken so far, 0 without one.
func (s *Store) Used() int64 {
	if !s.InFile() {
		return 0
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	return int64(s.used)
}

// Close lets all of it go: nothing that lies in the Store may be touched after.
func (s *Store) Close() error {
	if s == nil {
		return nil
	}
	if s.file != nil {
		close(s.stop)
		<-s.done
		debug.SetMemoryLimit(s.before)
	}
	return s.close()
}

// Trim is to be called now and then, every few megabytes, by whoever walks through
// what lies in a Store: the pages that are at hand grow by gigabytes a second.
func (s *Store) Trim() {
	if s.InFile() {
		s.trim()
	}
}

// bytes returns n bytes of zeros, aligned for any type.
func (s *Store) bytes(n int) []byte {
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.take(n)
}

func (s *Store) take(n int) []byte {
	from := s.used
	s.used += (n + 63) &^ 63
	s.back()
	return s.all[from : from+n : from+n]
}

// step is how much room on the disk is asked for at a time.
const step = 64 << 20

// back sees to it that the disk has room for what is used: a page for which it
// has none would end the process.
func (s *Store) back() {
	if s.used > len(s.all) {
		panic(Full{errors.New("needs more addresses than there are")})
	}
	for s.backed < s.used && s.file != nil {
		n := min(max(step, s.used-s.backed), len(s.all)-s.backed)
		if err := s.promise(s.backed, n); err != nil {
			panic(Full{err})
		}
		s.backed += n
	}
}

// Piece is room for texts: its length is 0.
func (s *Store) Piece(n int) []byte {
	if s == nil {
		return make([]byte, 0, n)
	}
	return s.bytes(n)[:0]
}

// holds reports whether a text lies in the Store.
func (s *Store) holds(text string) bool {
	at, base := uintptr(unsafe.Pointer(unsafe.StringData(text))), uintptr(unsafe.Pointer(unsafe.SliceData(s.all)))
	return at >= base && at < base+uintptr(len(s.all))
}

// keep returns a copy of text that lies in the Store. What comes again and again
// is the same text of the program's, such as a status.
func (s *Store) keep(text string) string {
	if text == "" {
		return "" // an address it may have is no text's
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	at := uintptr(unsafe.Pointer(unsafe.StringData(text))) >> 2 % uintptr(len(s.known))
	if s.known[at] == text {
		return s.copies[at]
	}
	if cap(s.piece)-len(s.piece) < len(text) {
		s.piece = s.take(max(len(text), 1<<16))[:0]
	}
	from := len(s.piece)
	s.piece = append(s.piece, text...)
	s.known[at], s.copies[at] = text, unsafe.String(&s.piece[from], len(text))
	return s.copies[at]
}

// Free lets the memory of s go, which nobody may touch after; on the heap that is
// the collector's business.
func Free[T any](in *Store, s []T) {
	if all := memory(s); in.has(all) {
		in.discard(all)
	}
}

// memory is the bytes that s has.
func memory[T any](s []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), cap(s)*int(unsafe.Sizeof(*new(T))))
}

func (s *Store) has(b []byte) bool {
	return s != nil && len(b) > 0 && s.holds(unsafe.String(&b[0], len(b)))
}
