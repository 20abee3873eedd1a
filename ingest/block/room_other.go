//go:build !linux

package block

func bigPages[T any]([]T) {}
