package office

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
)

// compound is a compound file as [MS-CFB] describes it: a small file system in
// a file, which Office used before 2007 and uses for encryption since.
type compound struct {
	r          io.ReaderAt
	size       int64
	sector     int64    // bytes of a sector
	fat        []uint32 // the sector after each
	miniFAT    []uint32
	mini       []byte // the stream that holds the small ones
	miniBelow  int64  // streams smaller than that are there
	miniSector int64
	streams    map[string]compoundEntry // of the topmost storage, by upper-case name
}

type compoundEntry struct {
	start uint32
	size  int64
}

// Sector numbers from here on mark ends and free sectors.
const lastSector = 0xfffffffa

// maxStream bounds a stream in bytes: those of text hold no pictures.
const maxStream = 64 << 20

var errCompound = errors.New("damaged compound file")

func openCompound(r io.ReaderAt, size int64) (*compound, error) {
	head := make([]byte, 512)
	if _, err := r.ReadAt(head, 0); err != nil || !bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) {
		return nil, fmt.Errorf("%w: it has no header", errCompound)
	}
	shift, miniShift := binary.LittleEndian.Uint16(head[0x1e:]), binary.LittleEndian.Uint16(head[0x20:])
	if shift != 9 && shift != 12 || miniShift != 6 {
		return nil, fmt.Errorf("%w: sectors of 2^%d bytes", errCompound, shift)
	}
	c := &compound{r: r, size: size, sector: 1 << shift, miniSector: 1 << miniShift, streams: map[string]compoundEntry{}}
	c.miniBelow = int64(binary.LittleEndian.Uint32(head[0x38:]))
	if err := c.readFAT(head); err != nil {
		return nil, err
	}
	directory, err := c.chain(binary.LittleEndian.Uint32(head[0x30:]), maxStream)
	if err != nil {
		return nil, err
	}
	return c, c.readDirectory(directory, binary.LittleEndian.Uint32(head[0x3c:]))
}

// sectors is how many sectors the file has room for; no chain is longer.
func (c *compound) sectors() int { return int(c.size/c.sector) + 1 }

func (c *compound) readSector(n uint32) ([]byte, error) {
	b := make([]byte, c.sector)
	got, err := c.r.ReadAt(b, (int64(n)+1)*c.sector)
	if got == 0 && err != nil {
		return nil, fmt.Errorf("%w: it ends too soon", errCompound)
	}
	return b, nil // the last one may be cut off
}

// readFAT reads the table of sectors. Where the parts of the table are stands
// in the header and, for files beyond 7 MB, in a chain of sectors.
func (c *compound) readFAT(head []byte) error {
	parts := numbersIn(head[0x4c:])
	next := binary.LittleEndian.Uint32(head[0x44:])
	for next < lastSector {
		b, err := c.readSector(next)
		if err != nil || len(parts) > c.sectors()/len(numbersIn(b))+len(head) {
			return fmt.Errorf("%w: its table of sectors has no end", errCompound)
		}
		list := numbersIn(b)
		parts, next = append(parts, list[:len(list)-1]...), list[len(list)-1]
	}
	for _, part := range parts {
		if part >= lastSector {
			continue
		}
		b, err := c.readSector(part)
		if err != nil {
			return err
		}
		if c.fat = append(c.fat, numbersIn(b)...); len(c.fat) > c.sectors()+int(c.sector) {
			break
		}
	}
	return nil
}

func numbersIn(b []byte) []uint32 {
	numbers := make([]uint32, len(b)/4)
	for i := range numbers {
		numbers[i] = binary.LittleEndian.Uint32(b[4*i:])
	}
	return numbers
}

// chain reads the sectors that follow each other from one on, up to limit
// bytes.
func (c *compound) chain(start uint32, limit int64) ([]byte, error) {
	var b []byte
	for n := start; n < lastSector && int64(len(b)) < limit; n = c.fat[n] {
		if int(n) >= len(c.fat) || len(b) > c.sectors()*int(c.sector) {
			return nil, fmt.Errorf("%w: a stream leads nowhere", errCompound)
		}
		sector, err := c.readSector(n)
		if err != nil {
			return nil, err
		}
		b = append(b, sector...)
	}
	return b, nil
}

// readDirectory notes the streams that lie in the topmost storage. Those
// of files embedded in a document have the same names.
func (c *compound) readDirectory(b []byte, miniFAT uint32) error {
	const entry = 128
	if len(b) < entry {
		return fmt.Errorf("%w: it has no directory", errCompound)
	}
	root := b[:entry]
	mini, err := c.chain(binary.LittleEndian.Uint32(root[116:]), maxStream)
	if err != nil {
		return err
	}
	table, err := c.chain(miniFAT, maxStream)
	if err != nil {
		return err
	}
	c.mini, c.miniFAT = mini, numbersIn(table)
	seen := map[uint32]bool{}
	for todo := []uint32{binary.LittleEndian.Uint32(root[76:])}; len(todo) > 0; {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[n] || int64(n) >= int64(len(b)/entry) {
			continue
		}
		seen[n] = true
		e := b[n*entry:][:entry]
		c.streams[strings.ToUpper(compoundName(e))] = compoundEntry{binary.LittleEndian.Uint32(e[116:]), int64(binary.LittleEndian.Uint32(e[120:]))}
		todo = append(todo, binary.LittleEndian.Uint32(e[68:]), binary.LittleEndian.Uint32(e[72:]))
	}
	return nil
}

func compoundName(e []byte) string {
	units := make([]uint16, 0, 32)
	for i := 0; i < 64 && (e[i] != 0 || e[i+1] != 0); i += 2 {
		units = append(units, binary.LittleEndian.Uint16(e[i:]))
	}
	return string(utf16.Decode(units))
}

func (c *compound) has(name string) bool {
	_, ok := c.streams[strings.ToUpper(name)]
	return ok
}

// stream reads a stream of the topmost storage.
func (c *compound) stream(name string) ([]byte, error) {
	e, ok := c.streams[strings.ToUpper(name)]
	switch {
	case !ok:
		return nil, fmt.Errorf("%w: it has no stream %q", errCompound, name)
	case e.size > maxStream:
		return nil, fmt.Errorf("its text is larger than %d MiB", maxStream>>20)
	case e.size < c.miniBelow:
		return c.miniStream(e)
	}
	b, err := c.chain(e.start, e.size)
	return b[:min(int64(len(b)), e.size)], err
}

func (c *compound) miniStream(e compoundEntry) ([]byte, error) {
	var b []byte
	for n := e.start; n < lastSector && int64(len(b)) < e.size; n = c.miniFAT[n] {
		at := int64(n) * c.miniSector
		if int64(n) >= int64(len(c.miniFAT)) || at >= int64(len(c.mini)) {
			return nil, fmt.Errorf("%w: a stream leads nowhere", errCompound)
		}
		b = append(b, c.mini[at:min(at+c.miniSector, int64(len(c.mini)))]...)
	}
	return b[:min(int64(len(b)), e.size)], nil
}
