package pdf

import (
	"runtime/debug"

	"github.com/tetratelabs/wazero/experimental"
)

// linearMemory is the memory of an instance. It doubles where the runtime's
// own would grow by a quarter, and leave as garbage many times what it holds.
type linearMemory struct{ bytes []byte }

// largeMemory is what an instance leaves as garbage only for a moment, in bytes.
const largeMemory = 24 << 20

func newMemory(size, _ uint64) experimental.LinearMemory {
	return &linearMemory{make([]byte, 0, size)}
}

// Reallocate gives nil for more than an instance may take.
func (m *linearMemory) Reallocate(size uint64) []byte {
	const limit = memoryPages << 16
	if size > limit {
		return nil
	}
	if size > uint64(cap(m.bytes)) {
		larger := make([]byte, len(m.bytes), min(max(size, 2*uint64(cap(m.bytes))), limit))
		copy(larger, m.bytes)
		if len(m.bytes) >= largeMemory {
			go debug.FreeOSMemory() // what it outgrew, once the runtime has let go of it
		}
		m.bytes = larger
	}
	m.bytes = m.bytes[:size]
	return m.bytes
}

// Free leaves the bytes to the garbage collector: a call that was ended from
// outside may still look at them.
func (m *linearMemory) Free() {}
