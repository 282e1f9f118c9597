package fts5

// Walk goes through the whole index, every term in ascending order with the
// articles that hold it and the positions there, which are good until visit
// returns. It looks at every page of every segment, and fails with ErrDamaged
// where one is not as it should be.
func (x *Index) Walk(visit func(term []byte, row int64, positions []Position) error) error {
	scanners := make([]*scanner, len(x.segments))
	for i, s := range x.segments {
		scanners[i] = x.scan(s, nil)
	}
	w := &walker{visit: visit, scanners: scanners}
	err := merge(scanners, w, true)
	if w.err != nil {
		return w.err
	}
	return err
}

// walker hands on what merge gives it, as long as nothing fails.
type walker struct {
	visit     func(term []byte, row int64, positions []Position) error
	scanners  []*scanner
	term      []byte
	positions []Position
	err       error
}

func (w *walker) begin(term []byte) {
	if len(term) == 0 || term[0] != mainPrefix {
		w.stop(ErrDamaged)
		return
	}
	w.term = term[1:]
}

func (w *walker) entry(row int64, _ bool, list []byte) {
	if w.err != nil {
		return
	}
	var ok bool
	if w.positions, ok = appendPositions(w.positions[:0], list); !ok {
		w.stop(ErrDamaged)
		return
	}
	if err := w.visit(w.term, row, w.positions); err != nil {
		w.stop(err)
	}
}

// stop ends the merge: its scanners give no more.
func (w *walker) stop(err error) {
	w.err = err
	for _, c := range w.scanners {
		c.fail(err)
	}
}
