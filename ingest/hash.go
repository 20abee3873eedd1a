package ingest

import "math/bits"

// Hashes of keys and of whole rows: ten million keys stay numbers. They
// are the same on every machine and in every run, so that what depends on them
// does not change; they need not withstand somebody who makes rows collide.
const (
	hashStart = 0x9E3779B97F4A7C15
	hashA     = 0xA0761D6478BD642F
	hashB     = 0xE7037ED1A0B428DB
)

// hashText adds a cell to h: "ab","c" and "a","bc" differ by the length.
func hashText(h uint64, s string) uint64 {
	n := uint64(len(s))
	for ; len(s) > 16; s = s[8:] {
		h = mix(h^load(s), hashA)
	}
	var a, b uint64
	switch {
	case len(s) >= 8:
		a, b = load(s), load(s[len(s)-8:])
	case len(s) >= 4:
		a, b = uint64(load32(s)), uint64(load32(s[len(s)-4:]))
	case len(s) > 0:
		a = uint64(s[0])<<16 | uint64(s[len(s)>>1])<<8 | uint64(s[len(s)-1])
	}
	return mix(mix(h^a, hashA^b), hashB^n)
}

func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

func load(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

func load32(s string) uint32 {
	_ = s[3]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}
