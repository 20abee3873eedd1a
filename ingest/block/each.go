package block

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"unicode/utf8"
)

// Options say how to read a file.
type Options struct {
	Skip    int64 // bytes before the first record: a byte order mark, the header
	Line    int   // of the first record; 0: behind the lines of what is skipped
	Size    int   // of a block, in bytes; 0: Size
	Workers int
	Buffers Buffers // to take from and give back to; nil: its own
}

// Buffers serve one file after the other.
type Buffers chan []byte

// NewBuffers holds as many as so many workers use.
func NewBuffers(workers int) Buffers { return make(Buffers, 3*workers+4) }

// Block is a run of whole records.
type Block struct {
	Text []byte // it ends in a newline; valid until work returns
	Line int    // physical line that it begins on
	Open bool   // its last record has no line end in the file
	From int64  // offset in the file

	raw    []byte // Text without a newline that the file lacks
	owner  *reader
	users  atomic.Int32
	buffer []byte
}

// Sum is what a file has as a whole.
type Sum struct {
	Bytes  int64
	SHA256 string
}

// Size is how many bytes a block has, about.
const Size = 256 << 10

const (
	longest = 8 << 20 // bytes of a record; beyond, a quote is open that never closes
)

// Each cuts r into blocks. It calls work on each of them, in Workers goroutines
// (w is the number of the one), and passes what work returns to take, in the
// order of the file, on the caller's goroutine. It ends at the first error of
// reading, work or take, or at ErrNotPlain. Every byte is known to be UTF-8
// text without NUL when Each returns without an error.
func Each[R any](r io.Reader, o Options, work func(w int, b *Block) (R, error), take func(R) error) (Sum, error) {
	if o.Size == 0 {
		o.Size = Size
	}
	if o.Buffers == nil {
		o.Buffers = NewBuffers(o.Workers)
	}
	type job struct {
		block  *Block
		result R
		err    error
		done   chan struct{}
	}
	var (
		rd      = &reader{r: r, o: o, line: o.Line, free: o.Buffers}
		todo    = make(chan *job, o.Workers)
		ordered = make(chan *job, 2*o.Workers)
		hash    = make(chan *Block, 2*o.Workers)
		stop    = make(chan struct{})
		group   sync.WaitGroup
		failure error // of reading
		sum     = sha256.New()
		panics  atomic.Pointer[any]
	)
	guard := func() {
		if p := recover(); p != nil {
			panics.Store(&p)
		}
	}
	group.Go(func() {
		for b := range hash {
			sum.Write(b.raw)
			b.release()
		}
	})
	for w := range o.Workers {
		group.Go(func() {
			for j := range todo {
				func() {
					defer close(j.done)
					defer guard()
					j.err = errPanic
					if !text(j.block.raw) {
						j.err = ErrNotPlain
						return
					}
					j.result, j.err = work(w, j.block)
					j.block.release()
				}()
			}
		})
	}
	group.Go(func() {
		defer close(ordered)
		defer close(todo)
		defer close(hash)
		head, err := rd.skip()
		sum.Write(head) // before any block: the hash goroutine has none yet
		for err == nil {
			var b *Block
			if b, err = rd.next(); err != nil {
				break
			}
			j := &job{block: b, done: make(chan struct{})}
			for _, send := range []func() bool{
				func() bool { return offer(hash, b, stop) }, func() bool { return offer(todo, j, stop) }, func() bool { return offer(ordered, j, stop) },
			} {
				if !send() {
					return
				}
			}
		}
		if err != io.EOF {
			failure = err
		}
	})
	var err error
	for j := range ordered {
		if <-j.done; err == nil {
			if err = j.err; err == nil {
				err = take(j.result)
			}
			if err != nil {
				close(stop)
			}
		}
	}
	group.Wait()
	if p := panics.Load(); p != nil {
		panic(*p) // a bug ends in the caller's goroutine, who reports it
	}
	return Sum{rd.total, hex.EncodeToString(sum.Sum(nil))}, errors.Join(err, failure)
}

var errPanic = errors.New("a worker panicked")

func offer[T any](c chan T, v T, stop chan struct{}) bool {
	select {
	case c <- v:
		return true
	case <-stop:
		return false
	}
}

// reader cuts a file behind records. It counts quotes: outside of a quoted cell
// their number is even, as long as they are strictly in their places, which
// Scan sees to.
type reader struct {
	r     io.Reader
	o     Options
	rest  []byte // read, of the record that the last block ended before
	line  int
	total int64
	free  Buffers
	ended bool
}

func (rd *reader) skip() ([]byte, error) {
	head := make([]byte, rd.o.Skip)
	n, err := io.ReadFull(rd.r, head)
	rd.total = int64(n)
	if rd.line == 0 {
		rd.line = 1 + bytes.Count(head, newline)
	}
	return head[:n], err
}

// next returns the next block, io.EOF at the end.
func (rd *reader) next() (*Block, error) {
	buffer := rd.buffer(len(rd.rest) + rd.o.Size + 1)
	text := append(buffer[:0], rd.rest...)
	quotes, counted := 0, 0
	for {
		var err error
		if text, err = rd.read(text); err != nil {
			return nil, err
		}
		quotes += bytes.Count(text[counted:], quote)
		counted = len(text)
		if rd.ended {
			return rd.last(text, buffer)
		}
		if n := cut(text, quotes); n > 0 {
			return rd.block(text[:n], text[n:], buffer), nil
		}
		if len(text) > longest {
			return nil, ErrNotPlain
		}
		text = append(make([]byte, 0, 2*cap(text)), text...)
		buffer = text
	}
}

// read fills text up to its capacity but one byte, or notes the end.
func (rd *reader) read(text []byte) ([]byte, error) {
	n, err := io.ReadFull(rd.r, text[len(text):cap(text)-1])
	rd.total += int64(n)
	text = text[:len(text)+n]
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		rd.ended, err = true, nil
	}
	return text, err
}

func (rd *reader) last(text, buffer []byte) (*Block, error) {
	if len(text) == 0 {
		return nil, io.EOF
	}
	switch text[len(text)-1] {
	case '\n':
		return rd.block(text, nil, buffer), nil
	case '\r': // encoding/csv drops it, and so may an empty line
		return nil, ErrNotPlain
	}
	b := rd.block(append(text, '\n'), nil, buffer)
	b.Open, b.raw, b.From = true, b.Text[:len(text)], b.From+1 // the file lacks that byte
	return b, nil
}

func (rd *reader) block(text, rest, buffer []byte) *Block {
	b := &Block{Text: text, raw: text, Line: rd.line, From: rd.total - int64(len(text)+len(rest)), owner: rd, buffer: buffer}
	b.users.Store(2)
	rd.line += bytes.Count(text, newline)
	rd.rest = append(rd.rest[:0], rest...)
	return b
}

// cut returns the length of the whole records that text begins with.
func cut(text []byte, quotes int) int {
	for n := len(text); ; {
		i := bytes.LastIndexByte(text[:n], '\n')
		if i < 0 {
			return 0
		}
		quotes -= bytes.Count(text[i:n], quote)
		if quotes%2 == 0 {
			return i + 1
		}
		n = i
	}
}

var quote = []byte{'"'}

func (rd *reader) buffer(size int) []byte {
	select {
	case b := <-rd.free:
		if cap(b) >= size {
			return b
		}
	default:
	}
	return make([]byte, size+rd.o.Size/8)
}

// release gives the buffer back once the hash and the worker are done with it.
func (b *Block) release() {
	if b.users.Add(-1) > 0 {
		return
	}
	select {
	case b.owner.free <- b.buffer:
	default:
	}
}

// text reports whether b is UTF-8 without NUL.
func text(b []byte) bool {
	if bytes.IndexByte(b, 0) >= 0 {
		return false
	}
	for i := 0; i < len(b); {
		if i+8 <= len(b) && binary.LittleEndian.Uint64(b[i:])&highs == 0 {
			i += 8
			continue
		}
		c := b[i]
		switch {
		case c < utf8.RuneSelf:
			i++
		case i+2 < len(b) && c > 0xE0 && c < 0xED && b[i+1]&0xC0 == 0x80 && b[i+2]&0xC0 == 0x80: // most of CJK
			i += 3
		default:
			r, n := utf8.DecodeRune(b[i:])
			if r == utf8.RuneError && n == 1 {
				return false
			}
			i += n
		}
	}
	return true
}

const highs = 0x8080808080808080
