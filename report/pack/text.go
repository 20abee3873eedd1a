package pack

import (
	"errors"
	"strings"
)

// Bytes as printable ASCII without <, which has a meaning in a page: 93 letters,
// two of them for 13 bits, the lowest first; up to 6 bits that are left over are
// one letter. That is 23 % more than the bytes, where base64 is 33 % and ascii85
// 25 %: 40 kB of a page of 3 MB.
const letters = 93

var errText = errors.New("packed text has a letter that no packer writes")

func letter(x uint32) byte {
	if x += '!'; x >= '<' {
		x++
	}
	return byte(x)
}

func textOf(data []byte) string {
	var b strings.Builder
	b.Grow(len(data)*16/13 + 2)
	var bits uint32 // those not written yet, have of them
	have := 0
	for _, c := range data {
		bits |= uint32(c) << have
		if have += 8; have >= 13 {
			v := bits & (1<<13 - 1)
			b.WriteByte(letter(v % letters))
			b.WriteByte(letter(v / letters))
			bits, have = bits>>13, have-13
		}
	}
	if have > 0 {
		b.WriteByte(letter(bits % letters))
	}
	if have > 6 {
		b.WriteByte(letter(bits / letters))
	}
	return b.String()
}

func bytesOf(text string) ([]byte, error) {
	out := make([]byte, 0, len(text)*13/16)
	var bits uint32
	have := 0
	for i := 0; i < len(text); i += 2 {
		v, err := number(text[i])
		n := 6
		if i+1 < len(text) && err == nil {
			var high uint32
			high, err = number(text[i+1])
			v, n = v+letters*high, 13
		}
		if err != nil || v >= 1<<n {
			return nil, errText
		}
		bits |= v << have
		for have += n; have >= 8; have -= 8 {
			out = append(out, byte(bits))
			bits >>= 8
		}
	}
	return out, nil
}

func number(c byte) (uint32, error) {
	switch {
	case c < '!' || c == '<' || c > '~':
		return 0, errText
	case c > '<':
		c--
	}
	return uint32(c - '!'), nil
}
