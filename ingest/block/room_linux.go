package block

import (
	"fmt"
	"os"
	"strings"
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

// spare is half of the memory that is free, 0 where addresses are rationed:
// asking for too many ends the process.
func spare() int64 {
	var limit syscall.Rlimit
	const addresses = 9 // RLIMIT_AS
	if syscall.Getrlimit(addresses, &limit) != nil || limit.Cur < 1<<62 || strict() {
		return 0
	}
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), "MemAvailable:")
	var kilobytes int64
	if _, err := fmt.Sscan(rest, &kilobytes); err != nil {
		return 0
	}
	return kilobytes << 10 / 2
}

// strict reports whether the kernel counts addresses as memory.
func strict() bool {
	text, err := os.ReadFile("/proc/sys/vm/overcommit_memory")
	return err != nil || strings.TrimSpace(string(text)) == "2"
}
