package cli

import (
	"os"
	"strconv"
	"strings"

	"crmreport/ingest"
)

// memoryFlag reads --memory: bytes, or a number with kB, MB or GB (thousands) or
// KiB, MiB or GiB; none is a quarter of what the machine has, 0 all that is
// asked for.
func memoryFlag(text string) (int64, error) {
	if text == "" {
		return ingest.MachineMemory() / 4, nil
	}
	number, unit := strings.TrimSpace(text), int64(1)
	for _, u := range sizes {
		if len(number) > len(u.name) && strings.EqualFold(number[len(number)-len(u.name):], u.name) {
			number, unit = strings.TrimSpace(number[:len(number)-len(u.name)]), u.bytes
			break
		}
	}
	n, err := strconv.ParseFloat(number, 64)
	if bytes := n * float64(unit); err == nil && (bytes == 0 || bytes >= leastMemory && bytes < 1<<60) {
		return int64(bytes), nil
	}
	return 0, usageError("--memory is a size of 64MB or more, such as 512MB or 2GiB, or 0 for no limit, not %q", text)
}

// leastMemory is about what the program and its buffers take.
const leastMemory = 64e6

var sizes = []struct {
	name  string
	bytes int64
}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"kB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"B", 1}}

// scratch is the folder for large temporary files: /tmp is often memory itself.
func scratch() string {
	const large = "/var/tmp"
	if info, err := os.Stat(large); os.Getenv("TMPDIR") == "" && err == nil && info.IsDir() {
		return large
	}
	return os.TempDir()
}
