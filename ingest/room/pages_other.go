//go:build !linux

package room

func bigPages[T any]([]T) {}

// Machine is how many bytes of memory the machine has: not known here.
func Machine() int64 { return 0 }

// spare is 0: pages are as the system gives them.
func spare() int64 { return 0 }
