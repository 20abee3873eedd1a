package publish

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// A run is written beside the one before, so it needs room of its own: as much
// as that one, and half of it for what grows.
const (
	roomNum, roomDen = 3, 2
	setsByCopying    = 3 // the run, runs/<name> and latest
)

// Room says no, with an *Error, where the disk has no room for a run as big as
// the last one. Where there is none, or the system does not tell, writing will.
func (f *Folder) Room() error {
	last := f.lastBytes()
	need := last * roomNum / roomDen
	if f.Copies || isDir(f.latest()) {
		need *= setsByCopying
	}
	free, known := f.free(f.out)
	if !known || free >= need {
		return nil
	}
	return &Error{Disk, fmt.Errorf("the disk of %s has %d bytes free and a run needs %d (the last one has %d); nothing was written and the previous run is untouched; make room, or name a folder on another disk with --out", f.out, free, need, last)}
}

// lastBytes are those of the run that latest shows, by its manifest.
func (f *Folder) lastBytes() (n int64) {
	var files []listed
	b, err := os.ReadFile(filepath.Join(f.latest(), manifestName))
	if err != nil || json.Unmarshal(b, &files) != nil {
		return 0
	}
	for _, file := range files {
		n += file.Bytes
	}
	return n
}

// full says that there is no room on the disk, or not for this user.
func full(err error) bool {
	return slices.ContainsFunc(fullCodes, func(code error) bool { return errors.Is(err, code) })
}
