//go:build !windows

package publish

import "syscall"

var fullCodes = []error{syscall.ENOSPC, syscall.EDQUOT}
