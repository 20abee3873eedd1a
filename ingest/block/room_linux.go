package block

import (
	"syscall"
	"unsafe"
)

// bigPages advises the kernel; where it does not listen nothing is lost.
func bigPages[T any](s []T) {
	const page, huge, adviseHuge = 4096, 2 << 20, 14
	all := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), cap(s)*int(unsafe.Sizeof(*new(T))))
	if len(all) < 2*huge {
		return
	}
	if off := int(uintptr(unsafe.Pointer(&all[0])) % page); off != 0 {
		all = all[page-off:]
	}
	_ = syscall.Madvise(all[:len(all)/page*page], adviseHuge)
}
