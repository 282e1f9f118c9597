package cli

import (
	"fmt"
	"io"
	"slices"
)

// idsWriter writes one id a line, for other commands: archive show $(...).
type idsWriter struct {
	w  io.Writer
	at int // the id among the values
}

func newIDs(w io.Writer, names []string, _ terminal) writer {
	return &idsWriter{w, slices.Index(names, "id")}
}

func (i *idsWriter) record(values []any) error {
	_, err := fmt.Fprintln(i.w, values[i.at])
	return err
}

func (i *idsWriter) close() error { return nil }
