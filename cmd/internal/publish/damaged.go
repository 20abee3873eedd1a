package publish

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
)

// damaged counts the files of the run in runs/<dir>, and of the copies that show
// it, that are not as the manifest lists them. Their names may be reps'.
func (f *Folder) damaged(name, dir string, manifest []byte) (n int) {
	var files []listed
	if json.Unmarshal(manifest, &files) != nil {
		return 1
	}
	places := []string{filepath.Join(f.runs(), dir)}
	for _, at := range []string{filepath.Join(f.runs(), name), f.latest()} {
		if isDir(at) && same(filepath.Join(at, manifestName), manifest) { // a copy
			places = append(places, at)
		}
	}
	for _, place := range places {
		for _, x := range files {
			if !x.in(place) {
				n++
			}
		}
	}
	return n
}

// same reports whether a file has these bytes.
func same(path string, text []byte) bool {
	b, err := os.ReadFile(path)
	return err == nil && string(b) == string(text)
}

// in reports whether the file in a folder is as it is listed.
func (x listed) in(dir string) bool {
	file, err := os.Open(filepath.Join(dir, filepath.FromSlash(x.File)))
	if err != nil {
		return false
	}
	defer file.Close()
	hash := sha256.New()
	_, err = io.Copy(hash, file)
	return err == nil && hex.EncodeToString(hash.Sum(nil)) == x.SHA256
}
