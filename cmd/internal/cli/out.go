package cli

import (
	"io/fs"
	"strconv"
	"time"

	"crmreport/cmd/internal/publish"
	"github.com/spf13/pflag"
)

// outFlags are the flags of publishing.
type outFlags struct {
	mode   string
	wait   time.Duration
	copies bool
	noRun  bool // what writes no run needs no room for one
}

func (f *outFlags) add(fs *pflag.FlagSet) {
	f.addLock(fs)
	f.noRun = false
	fs.BoolVar(&f.copies, "copies", false, "copy to latest/ and runs/<week>/ with manifest.json last, as where symlinks cannot be made")
}

// addLock adds the flags of what writes no run of its own.
func (f *outFlags) addLock(fs *pflag.FlagSet) {
	f.noRun = true
	fs.StringVar(&f.mode, "mode", "0640", "rights of the files, whatever the umask; folders get x where r is")
	fs.DurationVar(&f.wait, "lock-wait", 0, "how long to wait for another run under the same --out, such as 10m; default: not at all, exit 75")
}

// open takes the folder out for this run alone, where it has room for one.
func (f outFlags) open(c *console, out string, quiet bool) (*publish.Folder, error) {
	mode, err := f.rights()
	if err != nil {
		return nil, err
	}
	if f.wait < 0 {
		return nil, usageError("--lock-wait is a time such as 10m, not %v", f.wait)
	}
	o := publish.Options{Mode: mode, Wait: f.wait, Copies: f.copies, Undo: atInterrupt.add}
	if !quiet {
		o.Say = func(text string) { c.tell(logLine{Level: "info", Event: "publishing", Message: text}) }
	}
	folder, err := publish.Open(out, o)
	if err != nil {
		return nil, err
	}
	if f.noRun {
		return folder, nil
	}
	if err := folder.Room(); err != nil {
		folder.Close()
		return nil, err
	}
	return folder, nil
}

// rights are those of --mode. Its owner must be able to write a file, and no
// file is a program.
func (f outFlags) rights() (fs.FileMode, error) {
	if f.mode == "" {
		return publish.FileMode, nil
	}
	n, err := strconv.ParseUint(f.mode, 8, 32)
	if err != nil || n&^0o666 != 0 || n&0o600 != 0o600 {
		return 0, usageError("--mode is the rights of files in octal, such as 0640 (r and w for their owner, no x: folders get it where r is), not %q", f.mode)
	}
	return fs.FileMode(n), nil
}
