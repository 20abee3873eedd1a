package cli

import (
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// The exit codes of a run that was told to stop (outputs.md).
const (
	exitInterrupted = 130
	exitTerminated  = 143
)

// undoes are what has to be undone before an interrupted program ends.
type undoes struct {
	sync.Mutex
	next  int
	todo  map[int]func()
	watch sync.Once
	code  int // that an interrupted program ends with; for what undoes
}

var atInterrupt = &undoes{todo: map[int]func(){}}

// add has f called at an interrupt, until the function that it returns is
// called. f runs beside whatever the program is doing.
func (u *undoes) add(f func()) (done func()) {
	u.watch.Do(func() {
		came := make(chan os.Signal, 1)
		signal.Notify(came, os.Interrupt, syscall.SIGTERM)
		go func() { u.end(<-came) }()
	})
	u.Lock()
	defer u.Unlock()
	n := u.next
	u.next++
	u.todo[n] = f
	return func() {
		u.Lock()
		defer u.Unlock()
		delete(u.todo, n)
	}
}

// end undoes and exits. It keeps the lock: what is not undone yet is done with.
func (u *undoes) end(s os.Signal) {
	u.Lock()
	u.code = exitInterrupted
	if s == syscall.SIGTERM {
		u.code = exitTerminated
	}
	for n := u.next - 1; n >= 0; n-- { // the lock goes after what it guards
		if f := u.todo[n]; f != nil {
			f()
		}
	}
	os.Exit(u.code)
}
