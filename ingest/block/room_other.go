//go:build !linux

package block

func bigPages[T any]([]T) {}

// spare is 0: pages are as the system gives them.
func spare() int64 { return 0 }
