package store

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
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
// gives something else. What was added before may be committed meanwhile.
func (im *Import) KeepOriginal(ctx context.Context, sum []byte, r io.Reader) error {
	o, err := im.startOriginal(ctx, sum)
	if o == nil || err != nil {
		return err
	}
	for plain := make([]byte, originalPart); ; {
		n, err := io.ReadFull(r, plain)
		if im.failed != nil || ctx.Err() != nil {
			return cmp.Or(im.failed, ctx.Err())
		}
		ended := err == io.EOF || err == io.ErrUnexpectedEOF
		if err != nil && !ended {
			return errors.Join(fmt.Errorf("%w: %w", ErrNotKept, err), im.dropOriginal(ctx, o.key))
		}
		if err := im.addPart(ctx, o, plain[:n], packPart(plain[:n])); err != nil {
			return err
		}
		if ended {
			return im.endOriginal(ctx, o)
		}
	}
}

// unfinished is an original that comes a part at a time. Its parts are kept by
// a key of their own until all are there, as they may be committed before, and
// as another import may keep the same file.
type unfinished struct {
	sum   []byte // what the original is kept by in the end
	key   []byte // unfinishedMark, the id of the import, the first half of sum
	hash  hash.Hash
	next  int    // part
	first []byte // part 0, packed, until there is another: most originals have one part
}

// unfinishedMark begins the keys of unfinished originals.
const unfinishedMark = "unfinish"

// isFinished is a condition on rows of originals.
const isFinished = `substr(sha256, 1, 8) <> CAST('` + unfinishedMark + `' AS BLOB)`

// startOriginal begins to keep an original; nil for one that is kept already.
func (im *Import) startOriginal(ctx context.Context, sum []byte) (*unfinished, error) {
	if err := im.begin(ctx); err != nil {
		return nil, err
	}
	whole, err := im.hasOriginal(context.WithoutCancel(ctx), sum)
	if whole || err != nil {
		return nil, im.fault(err)
	}
	key := append(binary.BigEndian.AppendUint64([]byte(unfinishedMark), uint64(im.id)), firstHalf(sum)...)
	return &unfinished{sum: sum, key: key, hash: sha256.New()}, nil
}

func firstHalf(sum []byte) []byte { return sum[:min(len(sum), sha256.Size/2)] }

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

// addPart stores the next part.
func (im *Import) addPart(ctx context.Context, o *unfinished, plain, packed []byte) error {
	o.hash.Write(plain)
	o.next++
	if o.next == 1 {
		o.first = packed
		return nil
	}
	if o.next == 2 {
		if err := im.putPart(ctx, o.key, 0, o.first); err != nil {
			return err
		}
		o.first = nil
	}
	return im.putPart(ctx, o.key, o.next-1, packed)
}

func (im *Import) putPart(ctx context.Context, key []byte, part int, data []byte) error {
	if err := im.begin(ctx); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	_, err := im.conn.ExecContext(ctx, `
		INSERT INTO originals (sha256, part, data) VALUES (?, ?, ?)
		ON CONFLICT (sha256, part) DO UPDATE SET data = excluded.data`, key, part, data) // which a repair may have left
	if err != nil {
		return im.fault(err)
	}
	im.bytes += len(data)
	return im.commitIfFull(ctx)
}

// endOriginal gives an original its sum, now that all parts are there, and drops
// what else is there of it: damaged parts, and what an import has left that was
// broken off.
func (im *Import) endOriginal(ctx context.Context, o *unfinished) error {
	if err := im.begin(ctx); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	if !bytes.Equal(o.hash.Sum(nil), o.sum) {
		return errors.Join(fmt.Errorf("%w: the file changed while it was read (import it again)", ErrNotKept), im.dropOriginal(ctx, o.key))
	}
	whole, err := im.hasOriginal(ctx, o.sum) // by another import meanwhile
	if whole || err != nil {
		return errors.Join(im.fault(err), im.dropOriginal(ctx, o.key))
	}
	_, err = im.conn.ExecContext(ctx, `
		DELETE FROM originals WHERE sha256 = ? OR sha256 > ? AND sha256 < ? AND substr(sha256, 17) = ? AND sha256 <> ?`,
		o.sum, []byte(unfinishedMark), []byte(unfinishedMark+"\xff"), firstHalf(o.sum), o.key)
	if err != nil {
		return im.fault(err)
	}
	return im.name(ctx, o)
}

// name keeps the parts of an original by its sum.
func (im *Import) name(ctx context.Context, o *unfinished) error {
	if o.first != nil {
		return im.putPart(ctx, o.sum, 0, o.first)
	}
	done, err := im.conn.ExecContext(ctx, `UPDATE originals SET sha256 = ? WHERE sha256 = ?`, o.sum, o.key)
	if err != nil {
		return im.fault(err)
	}
	n, err := done.RowsAffected()
	if err == nil && n != int64(o.next) {
		return errors.Join(fmt.Errorf("%w: another process took it for left over (import it again)", ErrNotKept), im.dropOriginal(ctx, o.sum))
	}
	return im.fault(err)
}

// dropOriginal drops the parts of an original. Those that are not finished may
// stay where somebody waits no longer: nobody takes them for an original.
func (im *Import) dropOriginal(ctx context.Context, sum []byte) error {
	if err := im.begin(ctx); err != nil {
		return err
	}
	_, err := im.conn.ExecContext(context.WithoutCancel(ctx), `DELETE FROM originals WHERE sha256 = ?`, sum)
	return im.fault(err)
}

// dropUnfinished drops what imports that were broken off have left.
func (a *Archive) dropUnfinished(ctx context.Context) error {
	return inTurn(ctx, a.db, a.path, func(ctx context.Context, conn *sql.Conn) error {
		return summedUp(ctx, conn, func(ctx context.Context, conn *sql.Conn) error {
			_, err := conn.ExecContext(ctx, `DELETE FROM originals WHERE NOT `+isFinished)
			return err
		})
	})
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
	export := im.export
	if x.Part == 0 {
		if err := im.dropExported(ctx); err != nil {
			return err
		}
		if export.original, err = im.startOriginal(ctx, sum); err != nil {
			return err
		}
	}
	o := export.original
	if o == nil || !bytes.Equal(sum, o.sum) || x.Part != o.next {
		return nil
	}
	if err := im.addPart(ctx, o, plain, x.Data); err != nil || len(plain) == originalPart {
		return err
	}
	export.original = nil
	if err := im.endOriginal(ctx, o); !errors.Is(err, ErrNotKept) {
		return err
	}
	return nil // of a stranger's making
}

// dropExported drops an original that did not come whole.
func (im *Import) dropExported(ctx context.Context) error {
	o := im.export.original
	if o == nil {
		return nil
	}
	im.export.original = nil
	return im.dropOriginal(ctx, o.key)
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
	sums, err := namesOn(ctx, conn, `SELECT DISTINCT sha256 FROM originals WHERE `+isFinished)
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
