package store

import "context"

// sweep goes through the articles that satisfy a condition, a block of the
// packed values at a time: visit is given the first article of a block and
// the places in it, ascending, of those that satisfy the condition. It gives
// their number.
func (v *View) sweep(ctx context.Context, where Node, visit func(first int64, places []uint16) error) (total int, err error) {
	found, err := evaluator{ctx, v}.of(where)
	if err != nil {
		return 0, err
	}
	places := make([]uint16, 0, blockRows)
	block := int64(0)
	flush := func() error {
		if len(places) == 0 {
			return ctx.Err()
		}
		total += len(places)
		err := visit(block*blockRows, places)
		places = places[:0]
		return err
	}
	for row := range found.Rows {
		if row/blockRows != block {
			if err := flush(); err != nil {
				return 0, err
			}
			block = row / blockRows
		}
		places = append(places, uint16(row%blockRows))
	}
	if err := flush(); err != nil {
		return 0, err
	}
	return total, v.columnError()
}

// gather reads a column for many articles of a block.
func (r *columnReader) gather(ctx context.Context, first int64, places []uint16, to []uint32) ([]uint32, error) {
	r.load(ctx, first)
	return r.block.gather(places, to), r.err
}
