package publish

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Where the file system has no locks, as some network shares, a folder is one:
// only one process can make it. It outlives a process that is killed, so it says
// whose it is, and that of a process that is certainly dead is taken over.
const (
	lockFolder    = ".lock.d"
	lockTemporary = ".lock-" // begins what is becoming one, or was
	ownerName     = "owner.json"
	lockTries     = 3
)

// tryFolder takes the lock folder. why is why it cannot be another lock.
func (f *Folder) tryFolder(why error) (holder string, err error) {
	lock := filepath.Join(f.out, lockFolder)
	for range lockTries {
		me := myself()
		err := f.makeLock(lock, me)
		if err == nil {
			done := f.Undo(func() { unlock(lock, me) })
			f.release = func() { done(); unlock(lock, me) }
			f.Say(fmt.Sprintf("%v: the folder %s is the lock", why, lock))
			return "", nil
		}
		if errors.Is(err, fs.ErrNotExist) {
			continue // the holder removed what it took for a dead one's
		}
		if !errors.Is(err, fs.ErrExist) {
			return "", err
		}
		is, err := readOwner(lock)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue // it was just given back
		case err != nil:
			return fmt.Sprintf("%s does not say which: %v; remove that folder where no run goes on", lock, err), errHeld
		case !is.gone():
			return fmt.Sprintf("%v; remove %s where it is gone", is, lock), errHeld
		}
		if err := f.breakLock(lock, is); err != nil {
			return "", err
		}
	}
	return "others take it all the time", errHeld
}

// makeLock makes the lock folder with its owner in it, at once: a folder without
// would be nobody's.
func (f *Folder) makeLock(lock string, me owner) error {
	tmp, err := os.MkdirTemp(f.out, lockTemporary)
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	b, err := json.Marshal(me)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(tmp, ownerName), b, stateMode); err != nil {
		return err
	}
	return os.Rename(tmp, lock) // which replaces no folder with something in it
}

func readOwner(lock string) (o owner, err error) {
	b, err := os.ReadFile(filepath.Join(lock, ownerName))
	if err != nil {
		return o, err
	}
	return o, json.Unmarshal(b, &o)
}

// breakLock removes the lock of a dead owner: moved away first, for another
// process may just have done the same and taken it.
func (f *Folder) breakLock(lock string, dead owner) error {
	away, err := os.MkdirTemp(f.out, lockTemporary)
	if err != nil {
		return err
	}
	defer os.RemoveAll(away)
	moved := filepath.Join(away, lockFolder)
	if err := os.Rename(lock, moved); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	if is, err := readOwner(moved); err == nil && is != dead {
		return os.Rename(moved, lock)
	}
	f.Say(fmt.Sprintf("took over the lock of %v, which is gone", dead))
	return nil
}

// unlock gives the lock folder back, where it is still ours.
func unlock(lock string, me owner) {
	if is, err := readOwner(lock); err == nil && is == me {
		os.RemoveAll(lock)
	}
}
