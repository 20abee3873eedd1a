package room

import (
	"bytes"
	"errors"
	"io"
	"os"
	"runtime/debug"
	"strconv"
	"syscall"
	"time"
	"unsafe"
)

const mappable = strconv.IntSize == 64

func (s *Store) open(dir string, size int) error {
	f, err := os.CreateTemp(dir, ".tmp-memory-*")
	if err != nil {
		return err
	}
	_ = os.Remove(f.Name()) // the file lives on as long as it is open
	if err = f.Truncate(int64(size)); err == nil {
		s.all, err = syscall.Mmap(int(f.Fd()), 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	}
	if err != nil {
		f.Close()
		return &os.PathError{Op: "map", Path: f.Name(), Err: err}
	}
	s.file = f
	s.statm, _ = os.Open("/proc/self/statm") // nil reads as an error
	return nil
}

// reserve takes addresses, and no memory before it is touched.
func (s *Store) reserve(size int) (err error) {
	if strict() {
		return syscall.ENOMEM
	}
	s.all, err = syscall.Mmap(-1, 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE|syscall.MAP_ANON|syscall.MAP_NORESERVE)
	if err == nil {
		bigPages(s.all)
	}
	return err
}

func (s *Store) close() error {
	err := syscall.Munmap(s.all)
	if s.file == nil {
		return err
	}
	return errors.Join(err, s.file.Close(), s.statm.Close())
}

// promise asks the disk for room. A file system that makes no promises gets
// zeros.
func (s *Store) promise(from, n int) error {
	err := syscall.Fallocate(int(s.file.Fd()), 0, int64(from), int64(n))
	if !errors.Is(err, syscall.EOPNOTSUPP) {
		return err
	}
	_, err = s.file.WriteAt(make([]byte, n), int64(from))
	return err
}

const keepSize, punchHole = 1, 2 // of fallocate(2)

var page = os.Getpagesize()

// discard gives whole pages back, to the system and on the disk.
func (s *Store) discard(b []byte) {
	at := int(uintptr(unsafe.Pointer(unsafe.SliceData(b))) - uintptr(unsafe.Pointer(unsafe.SliceData(s.all))))
	from, to := (at+page-1)/page*page, (at+len(b))/page*page
	if from < to {
		_ = syscall.Madvise(s.all[from:to], syscall.MADV_DONTNEED)
		if s.file == nil {
			return
		}
		_ = syscall.Fallocate(int(s.file.Fd()), keepSize|punchHole, int64(from), int64(to-from)) // else it stays until the end
	}
}

// watch trims every two milliseconds.
func (s *Store) watch() {
	defer close(s.done)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for ticks := 0; ; ticks++ {
		select {
		case <-s.stop:
			return
		case <-tick.C:
		}
		if s.trim() && ticks > 250 { // it is the heap
			debug.FreeOSMemory()
			ticks = 0
		}
	}
}

// trim holds what is resident below the limit: pages of the file are let go (the
// system still has them, or the disk), and come back when they are touched. It
// reports whether that was not enough.
func (s *Store) trim() bool {
	if s.resident() <= s.limit/10*6 {
		return false
	}
	s.lock.Lock()
	used := min((s.used+page-1)/page*page, len(s.all))
	s.lock.Unlock()
	_ = syscall.Madvise(s.all[:used], syscall.MADV_DONTNEED)
	return s.resident() > s.limit/10*6
}

// resident is how many bytes of the process are in memory, 0 where that is not
// known.
func (s *Store) resident() int64 {
	var text [128]byte
	n, err := s.statm.ReadAt(text[:], 0)
	fields := bytes.Fields(text[:n])
	if err != nil && err != io.EOF || len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.ParseInt(string(fields[1]), 10, 64)
	return pages * int64(page)
}
