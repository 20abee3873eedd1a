//go:build !linux

package room

// mappable is false: only on Linux does a program know, and say, which pages of
// a mapped file are at hand.
const mappable = false

func (s *Store) open(string, int) error { return nil }
func (s *Store) reserve(int) error      { return nil }
func (s *Store) close() error           { return nil }
func (s *Store) promise(int, int) error { return nil }
func (s *Store) discard([]byte)         {}
func (s *Store) watch()                 {}
func (s *Store) trim() bool             { return false }
