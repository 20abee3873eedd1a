package room

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"unsafe"
)

// bigPages advises the kernel; where it does not listen nothing is lost.
func bigPages[T any](s []T) {
	const huge, adviseHuge = 2 << 20, 14
	all := memory(s)
	if len(all) < 2*huge {
		return
	}
	if off := int(uintptr(unsafe.Pointer(&all[0])) % uintptr(page)); off != 0 {
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
	return meminfo("MemAvailable:") / 2
}

func meminfo(name string) int64 {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), name)
	var kilobytes int64
	if _, err := fmt.Sscan(rest, &kilobytes); err != nil {
		return 0
	}
	return kilobytes << 10
}

// Machine is how many bytes of memory the machine has, or the container where
// that is less; 0 where it is not known.
func Machine() int64 {
	n := meminfo("MemTotal:")
	for _, file := range []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		text, err := os.ReadFile(file)
		limit, bad := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
		if err == nil && bad == nil && limit > 0 && (n == 0 || limit < n) {
			n = limit
		}
	}
	return n
}

// strict reports whether the kernel counts addresses as memory.
func strict() bool {
	text, err := os.ReadFile("/proc/sys/vm/overcommit_memory")
	return err != nil || strings.TrimSpace(string(text)) == "2"
}
