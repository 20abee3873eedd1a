package ingest

import (
	"crmreport/ingest/block"
	"crmreport/ingest/crm"
	"crmreport/ingest/room"
)

// Memory is where a run kept what it has read.
type Memory struct {
	Limit  int64 // Options.Memory
	InFile int64 // bytes that lay in a temporary file, since all together might exceed Limit
}

// MachineMemory is how many bytes of memory this machine, or what the program is
// confined to on it, has; 0 where that is not known.
func MachineMemory() int64 { return room.Machine() }

// A run takes up to bookPerByte bytes of memory for each that it reads, half of
// it to let the collector wait, which it does where there is as much.
const (
	bookPerByte = 8
	needPerByte = 4
)

// memory decides where what is read goes: on the heap where it fits.
func (r *run) memory(bytes int64) error {
	store, err := room.Open(r.o.Scratch, bytes*needPerByte, r.o.Memory)
	if err != nil {
		return scratchFault(err)
	}
	if r.store = store; !store.InFile() {
		room.Expect(bytes * bookPerByte)
	}
	if store == nil {
		return nil
	}
	r.book.Reps, r.book.Customers = crm.NewNames[crm.RepNo](r.store), crm.NewNames[crm.CustomerNo](r.store)
	r.book.Keep(r.store)
	return nil
}

// full makes an error of the panic that the disk has no room for the temporary
// file.
func (r *run) full(err *error) {
	switch p := recover().(type) {
	case nil:
	case room.Full:
		*err = scratchFault(p)
	default:
		panic(p)
	}
}

func scratchFault(err error) error {
	return &Fault{Kind: CannotRead, Code: "no_scratch", Message: "what is read does not fit into the memory allowed, nor into a " + err.Error(),
		Remedy: "free space on that disk, or allow more with --memory", Err: err}
}

// stride is how many records are walked through between two looks at the memory.
const stride = 1 << 13

// strides calls f on stretches [from, to) of [0, n) side by side, and holds the
// memory down between them.
func strides(in *room.Store, n int, f func(from, to int)) {
	block.Split(n, func(from, to int) { stretches(in, from, to, f) })
}

// stretches calls f on one stretch after the other.
func stretches(in *room.Store, from, to int, f func(from, to int)) {
	if !in.InFile() {
		f(from, to)
		return
	}
	for ; from < to; from += stride {
		f(from, min(from+stride, to))
		in.Trim()
	}
}
