package publish

import "syscall"

// freeBytes are the bytes that this user may still write below dir.
func freeBytes(dir string) (n int64, known bool) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil || s.Blocks == 0 {
		return 0, false // some network shares say nothing
	}
	return int64(s.Bavail) * int64(s.Frsize), true
}
