package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"hash"
	"io"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// An original is a file as it was imported, see the table originals. It is
// kept by the SHA-256 of its bytes, so that two files that are the same are
// kept once. Its last part is shorter than the others, and may be empty, which
// is how its end is known.

// originalPart is how many bytes of an original are compressed together.
const originalPart = 1 << 20

// ErrNotKept says that an original could not be kept as it was read.
var ErrNotKept = errors.New("its original was not kept")

// packer and unpacker may be used by several at once. Their options are ours,
// so that they cannot be refused.
var (
	packer = sync.OnceValue(func() *zstd.Encoder {
		p, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true))
		if err != nil {
			panic(err)
		}
		return p
	})
	unpacker = sync.OnceValue(func() *zstd.Decoder {
		u, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(originalPart), zstd.WithDecoderLowmem(true))
		if err != nil {
			panic(err)
		}
		return u
	})
)

func packPart(plain []byte) []byte { return packer().EncodeAll(plain, nil) }

// unpackPart reads a part, and no more than a part may hold.
func unpackPart(data []byte) (plain []byte, err error) {
	plain, err = unpacker().DecodeAll(data, nil)
	if err == nil && (len(data) == 0 || len(plain) > originalPart) {
		err = errNoPart
	}
	return plain, err
}

// KeepOriginal keeps the bytes of the file that is open, whose SHA-256 was sum
// when it was read. It fails with ErrNotKept where r cannot be read again or
// gives something else.
func (im *Import) KeepOriginal(ctx context.Context, sum []byte, r io.Reader) error {
	if err := im.begin(ctx); err != nil {
		return err
	}
	end := context.WithoutCancel(ctx)
	whole, err := im.hasOriginal(end, sum)
	if whole || err != nil {
		return im.fault(err)
	}
	// What an import that was broken off has left may be of another state.
	if err := im.dropOriginal(end, sum); err != nil {
		return err
	}
	if err := im.keepParts(ctx, sum, r); err != nil {
		return errors.Join(im.dropOriginal(end, sum), err)
	}
	return nil
}

func (im *Import) hasOriginal(ctx context.Context, sum []byte) (whole bool, err error) {
	var last []byte
	err = im.conn.QueryRowContext(ctx, `
		SELECT coalesce((SELECT data FROM originals WHERE sha256 = ? ORDER BY part DESC LIMIT 1), x'')`, sum).Scan(&last)
	if err != nil || len(last) == 0 {
		return false, err
	}
	plain, err := unpackPart(last)
	return err == nil && len(plain) < originalPart, nil
}

func (im *Import) keepParts(ctx context.Context, sum []byte, r io.Reader) error {
	h, plain := sha256.New(), make([]byte, originalPart)
	for part := 0; ; part++ {
		n, err := io.ReadFull(r, plain)
		if err := ctx.Err(); err != nil {
			return err
		}
		ended := err == io.EOF || err == io.ErrUnexpectedEOF
		if err != nil && !ended {
			return fmt.Errorf("%w: %w", ErrNotKept, err)
		}
		h.Write(plain[:n])
		if err := im.putOriginal(context.WithoutCancel(ctx), sum, part, packPart(plain[:n])); err != nil {
			return err
		}
		if ended {
			break
		}
	}
	if !bytes.Equal(h.Sum(nil), sum) {
		return fmt.Errorf("%w: the file changed while it was read (import it again)", ErrNotKept)
	}
	return nil
}

// putOriginal stores a part.
func (im *Import) putOriginal(ctx context.Context, sum []byte, part int, data []byte) error {
	if err := im.begin(ctx); err != nil {
		return err
	}
	_, err := im.conn.ExecContext(ctx, `INSERT INTO originals (sha256, part, data) VALUES (?, ?, ?)`, sum, part, data)
	if err != nil {
		return im.fault(err)
	}
	im.bytes += len(data)
	return im.commitIfFull(ctx)
}

func (im *Import) dropOriginal(ctx context.Context, sum []byte) error {
	if err := im.begin(ctx); err != nil {
		return err
	}
	_, err := im.conn.ExecContext(ctx, `DELETE FROM originals WHERE sha256 = ?`, sum)
	return im.fault(err)
}

// exportedOriginal is an original of which an export brings the parts.
type exportedOriginal struct {
	sum  []byte
	hash hash.Hash
	next int // part
}

// exportedPart stores a part of an original of a file that the archive knows.
// What is not what its sum says is dropped again.
func (im *Import) exportedPart(ctx context.Context, x *ExportOriginal) error {
	sum, plain, err := readPart(x)
	if err != nil {
		return nil // of a stranger's making
	}
	var known bool
	err = im.conn.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM files WHERE sha256 = ?)`, sum).Scan(&known)
	if err != nil || !known {
		return err
	}
	o := &im.export.original
	if x.Part == 0 {
		if err := im.endOriginal(ctx); err != nil {
			return err
		}
		if whole, err := im.hasOriginal(ctx, sum); whole || err != nil {
			return err
		}
		if err := im.dropOriginal(ctx, sum); err != nil {
			return err
		}
		*o = exportedOriginal{sum: sum, hash: sha256.New()}
	}
	if o.hash == nil || !bytes.Equal(sum, o.sum) || x.Part != o.next {
		return nil
	}
	o.hash.Write(plain)
	o.next++
	if err := im.putOriginal(ctx, sum, x.Part, x.Data); err != nil {
		return err
	}
	if len(plain) < originalPart && bytes.Equal(o.hash.Sum(nil), sum) {
		*o = exportedOriginal{}
	}
	return nil
}

var errNoPart = errors.New("no part of an original")

func readPart(x *ExportOriginal) (sum, plain []byte, err error) {
	sum, err = hexSum(x.SHA256)
	if err == nil {
		plain, err = unpackPart(x.Data)
	}
	if err == nil && x.Part < 0 {
		err = errNoPart
	}
	return sum, plain, err
}

// endOriginal drops an original that did not come whole.
func (im *Import) endOriginal(ctx context.Context) error {
	o := im.export.original
	if o.hash == nil {
		return nil
	}
	im.export.original = exportedOriginal{}
	return im.dropOriginal(ctx, o.sum)
}

// eachPart hands out the parts of an original, compressed and plain, in order.
func eachPart(ctx context.Context, q queryer, sum []byte, each func(part int, data, plain []byte) error) error {
	h := sha256.New()
	for part := 0; ; part++ {
		var data []byte
		if err := q.QueryRowContext(ctx, `SELECT coalesce((SELECT data FROM originals WHERE sha256 = ? AND part = ?), x'')`, sum, part).Scan(&data); err != nil {
			return err
		}
		plain, err := unpackPart(data)
		if err != nil {
			return errDamagedOriginal
		}
		h.Write(plain)
		if err := each(part, data, plain); err != nil {
			return err
		}
		if len(plain) < originalPart {
			break
		}
	}
	if !bytes.Equal(h.Sum(nil), sum) {
		return errDamagedOriginal
	}
	return nil
}

var errDamagedOriginal = errors.New("what is kept of it is damaged")

// originals compares every original that is kept with its SHA-256.
func (x *inspector) originals(ctx context.Context) error {
	spoilt, err := spoiltOriginals(ctx, x.conn)
	n := int64(len(spoilt))
	x.lost(n, "%s not as it was imported", some(n, "original"))
	return err
}

// spoiltOriginals gives the SHA-256 of those that are not what they were.
func spoiltOriginals(ctx context.Context, conn *sql.Conn) (spoilt [][]byte, err error) {
	sums, err := namesOn(ctx, conn, `SELECT DISTINCT sha256 FROM originals`)
	if err != nil {
		return nil, err
	}
	for _, sum := range sums {
		err := eachPart(ctx, conn, []byte(sum), func(int, []byte, []byte) error { return nil })
		switch {
		case err == nil:
		case damaged(err) || errors.Is(err, errDamagedOriginal):
			spoilt = append(spoilt, []byte(sum))
		default:
			return spoilt, err
		}
	}
	return spoilt, nil
}

// dropSpoilt drops originals that are not what they were; their files are read
// again by the next import.
func dropSpoilt(ctx context.Context, conn *sql.Conn) error {
	spoilt, err := spoiltOriginals(ctx, conn)
	if err != nil {
		return err
	}
	for _, sum := range spoilt {
		for _, statement := range []string{`DELETE FROM originals WHERE sha256 = ?`, `UPDATE files SET state = 'reading' WHERE sha256 = ?`} {
			if _, err := conn.ExecContext(ctx, statement, sum); err != nil {
				return err
			}
		}
	}
	return nil
}
