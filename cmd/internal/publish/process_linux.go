package publish

import (
	"fmt"
	"os"
	"strings"
)

// startedField is when a process was started, of what stands behind its name in
// /proc/<pid>/stat (proc(5): field 22, and the name is field 2).
const startedField = 22 - 3

// processOf tells which process has the number pid, and whether one has.
func processOf(pid int) (p process, runs bool) {
	boot, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	p.Boot = strings.TrimSpace(string(boot))
	p.Space, _ = os.Readlink("/proc/self/ns/pid")
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return p, signalled(pid)
	}
	_, rest, _ := strings.Cut(string(stat[strings.LastIndexByte(string(stat), ')')+1:]), " ")
	if fields := strings.Fields(rest); len(fields) > startedField {
		p.Started = fields[startedField]
	}
	return p, true
}
