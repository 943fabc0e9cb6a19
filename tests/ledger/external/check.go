// A check of our log by other people's code: golang.org/x/mod/sumdb/{note,tlog}, as Debian packages it.
//
//	go run check.go FOLDER VKEY
//
// It opens the signed checkpoint, authenticates every tile against its root, every entry against its tile, and
// proves and checks the inclusion of some entries. It knows nothing of our programs.
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type folder struct{ path string }

func (f folder) Height() int { return 8 }

// Our paths are tile/<level>/<n>; this library's own have the height in front: tile/8/<level>/<n>.
func ours(t tlog.Tile) string { return strings.Replace(t.Path(), "tile/8/", "tile/", 1) }

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, t := range tiles {
		data, err := os.ReadFile(filepath.Join(f.path, ours(t)))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func fail(format string, args ...any) {
	fmt.Printf("FAIL "+format+"\n", args...)
	os.Exit(1)
}

func main() {
	f := folder{os.Args[1]}
	verifier, err := note.NewVerifier(os.Args[2])
	if err != nil {
		fail("key: %v", err)
	}
	signed, err := os.ReadFile(filepath.Join(f.path, "checkpoint"))
	if err != nil {
		fail("%v", err)
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		fail("checkpoint: %v", err)
	}
	// tlog.ParseTree wants a first line of its own; the other two lines are the same.
	_, rest, _ := strings.Cut(opened.Text, "\n")
	tree, err := tlog.ParseTree([]byte("go.sum database tree\n" + rest))
	if err != nil {
		fail("tree: %v", err)
	}
	reader := tlog.TileHashReader(tree, f)
	for start := int64(0); start < tree.N; start += 256 {
		checkBundle(f, reader, tree, start)
	}
	fmt.Printf("OK %d\n", tree.N)
}

func checkBundle(f folder, reader tlog.HashReader, tree tlog.Tree, start int64) {
	width := min(256, tree.N-start)
	data, err := os.ReadFile(filepath.Join(f.path, strings.Replace(ours(tlog.Tile{H: 8, L: 0, N: start / 256, W: int(width)}), "tile/0/", "tile/entries/", 1)))
	if err != nil {
		fail("%v", err)
	}
	var indexes []int64
	for i := start; i < start+width; i++ {
		indexes = append(indexes, tlog.StoredHashIndex(0, i))
	}
	hashes, err := reader.ReadHashes(indexes)
	if err != nil {
		fail("tiles: %v", err)
	}
	for i := int64(0); i < width; i++ {
		if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
			fail("bundle of entry %d ends too early", start+i)
		}
		n := int(binary.BigEndian.Uint16(data))
		if tlog.RecordHash(data[2:2+n]) != hashes[i] {
			fail("entry %d hash mismatch", start+i)
		}
		data = data[2+n:]
	}
	if len(data) != 0 {
		fail("bundle of entry %d is too long", start)
	}
	proof, err := tlog.ProveRecord(tree.N, start, reader)
	if err != nil {
		fail("proof of entry %d: %v", start, err)
	}
	if err := tlog.CheckRecord(proof, tree.N, tree.Hash, start, hashes[0]); err != nil {
		fail("entry %d: %v", start, err)
	}
}

func min(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}
