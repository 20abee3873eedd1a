package publish

import (
	"syscall"
	"unsafe"
)

// ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL.
var fullCodes = []error{syscall.Errno(39), syscall.Errno(112), syscall.ENOSPC}

var getDiskFreeSpaceEx = syscall.NewLazyDLL("kernel32.dll").NewProc("GetDiskFreeSpaceExW")

// freeBytes are the bytes that this user may still write below dir.
func freeBytes(dir string) (n int64, known bool) {
	path, err := syscall.UTF16PtrFromString(dir)
	if err != nil {
		return 0, false
	}
	ok, _, _ := getDiskFreeSpaceEx.Call(uintptr(unsafe.Pointer(path)), uintptr(unsafe.Pointer(&n)), 0, 0)
	return n, ok != 0
}
