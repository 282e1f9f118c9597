package ingest

import (
	"fmt"
	"hash/fnv"
	"unicode/utf8"
)

// maxMemberName is how long the name of a place inside a file may be, in bytes.
const maxMemberName = 500

// memberNames keeps the places inside one file apart: each is the origin of
// one article. Hashes of the names are kept, not the names, for files of
// millions of records.
type memberNames struct {
	times map[uint64]uint32 // that a name was given
}

// unique gives a name, numbered where the file has it twice.
func (m *memberNames) unique(name string) string {
	if m.times == nil {
		m.times = make(map[uint64]uint32)
	}
	sum := hashOf(name)
	if m.times[sum] == 0 {
		m.times[sum] = 1
		return name
	}
	for {
		m.times[sum]++
		numbered := fmt.Sprintf("%s #%d", name, m.times[sum])
		if h := hashOf(numbered); m.times[h] == 0 { // else the file has a member of that name too
			m.times[h] = 1
			return numbered
		}
	}
}

func hashOf(s string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(s))
	return h.Sum64()
}

// memberName makes what a container calls a file fit to be shown and kept: one
// line, of bounded length, that is not empty.
func memberName(s string) string {
	name := oneLine(validText(s))
	switch {
	case name == "":
		return "unnamed"
	case len(name) <= maxMemberName:
		return name
	}
	cut := maxMemberName
	for !utf8.RuneStart(name[cut]) {
		cut--
	}
	return fmt.Sprintf("%s... (%016x)", name[:cut], hashOf(name))
}
