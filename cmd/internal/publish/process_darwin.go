package publish

import "syscall"

// processOf tells which process has the number pid, and whether one has.
func processOf(pid int) (p process, runs bool) {
	p.Boot, _ = syscall.Sysctl("kern.bootsessionuuid")
	return p, signalled(pid)
}
