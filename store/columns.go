package store

import (
	"context"
	"encoding/binary"
	"math/bits"
)

// column is one of the packed values of articles, see the table columns in
// schema.sql.
type column int64

const (
	columnLength column = iota + 1
	columnSource
	columnByline
	columnDay
	columnTime
	columnLang
	columnState
	columnType
	columnAdded
	columnCited
	columnOutlets // as many an article as columnCited says

	columnEnd // one past the last
)

const (
	stateCurrent    = 1
	stateSuperseded = 2
)

// blockRows is how many articles a row of the table columns is about.
const blockRows = 4096

func blockID(c column, article int64) int64 { return int64(c)<<32 | article/blockRows }

// packID packs an id as nameID gives it.
func packID(id any) uint32 {
	n, _ := id.(int64)
	return uint32(n)
}

// numbers are unsigned numbers of the same width, as a row of the table
// columns holds them: 0 to 4 bytes each, little-endian. Of width 0 all are 0.
type numbers struct {
	data  []byte
	width int
}

// readNumbers reads a row that holds n numbers. A damaged one is read as
// zeros.
func readNumbers(data []byte, n int) numbers {
	if n <= 0 || len(data)/n > 4 {
		return numbers{}
	}
	return numbers{data, len(data) / n}
}

// packNumbers writes numbers as narrow as the largest allows.
func packNumbers(values []uint32) (n numbers) {
	all := uint32(0)
	for _, v := range values {
		all |= v
	}
	n.width = widthOf(all)
	n.data = make([]byte, n.width*len(values))
	for i, v := range values {
		n.put(i, v)
	}
	return n
}

func widthOf(v uint32) int { return (bits.Len32(v) + 7) / 8 }

func (n numbers) at(i int) uint32 {
	switch n.width {
	case 1:
		return uint32(n.data[i])
	case 2:
		return uint32(binary.LittleEndian.Uint16(n.data[2*i:]))
	case 3:
		return uint24(n.data[3*i:])
	case 4:
		return binary.LittleEndian.Uint32(n.data[4*i:])
	}
	return 0
}

func uint24(b []byte) uint32 {
	_ = b[2]
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16
}

// put changes a number to one that has room.
func (n numbers) put(i int, v uint32) {
	var b [4]byte
	binary.LittleEndian.PutUint32(b[:], v)
	copy(n.data[i*n.width:(i+1)*n.width], b[:])
}

// gather appends the numbers at many places.
func (n numbers) gather(places []uint16, to []uint32) []uint32 {
	switch n.width {
	case 0:
		for range places {
			to = append(to, 0)
		}
	case 1:
		for _, i := range places {
			to = append(to, uint32(n.data[i]))
		}
	case 2:
		for _, i := range places {
			to = append(to, uint32(binary.LittleEndian.Uint16(n.data[2*int(i):])))
		}
	default:
		for _, i := range places {
			to = append(to, n.at(int(i)))
		}
	}
	return to
}

// columnReader reads packed values, mostly in the order of the articles.
type columnReader struct {
	stmt  *statement // data of a block by its id
	col   column
	id    int64 // of the block; 0: none was read yet
	first int64 // article of the block
	block numbers
	err   error
}

func (r *columnReader) value(ctx context.Context, article int64) uint32 {
	if uint64(article-r.first) >= blockRows || r.id == 0 {
		r.load(ctx, article)
	}
	return r.block.at(int(article - r.first))
}

// load reads the block of an article, unless it is there.
func (r *columnReader) load(ctx context.Context, article int64) {
	id := blockID(r.col, article)
	if id == r.id {
		return
	}
	data, err := r.stmt.block(ctx, id)
	if err != nil {
		r.err = err
	}
	r.id, r.first, r.block = id, article/blockRows*blockRows, readNumbers(data, blockRows)
}

// outletReader reads the outlets that articles cite, mostly in their order.
type outletReader struct {
	cited   columnReader
	outlets numbers // of the block that cited has
	block   int64
	ends    [blockRows]int // of an article's outlets among those of the block
}

func newOutletReader(stmt *statement) *outletReader {
	return &outletReader{cited: columnReader{stmt: stmt, col: columnCited}, block: -1}
}

// load reads the block of an article, unless it is there.
func (r *outletReader) load(ctx context.Context, article int64) {
	block := article / blockRows
	if block == r.block {
		return
	}
	r.block, r.outlets = block, numbers{}
	r.cited.load(ctx, article)
	end := 0
	for i := range r.ends {
		end += int(r.cited.block.at(i))
		r.ends[i] = end
	}
	data, err := r.cited.stmt.block(ctx, blockID(columnOutlets, article))
	if err != nil {
		r.cited.err = err
	}
	if end > len(data) {
		clear(r.ends[:])
		return
	}
	r.outlets = readNumbers(data, end)
}

// of gives the places in outlets of an article's outlets: from start up to end.
func (r *outletReader) of(i int) (start, end int) {
	if i > 0 {
		start = r.ends[i-1]
	}
	return start, r.ends[i]
}
