package store

import (
	"context"
	"encoding/json"
)

// packColumns makes the packed values of all articles anew from the tables
// and from the lengths that the full-text index keeps.
func packColumns(ctx context.Context, from queryer, to session) error {
	w := newColumnWriter(to)
	for after := int64(0); ; {
		batch, err := packedAfter(ctx, from, after)
		if err != nil || len(batch) == 0 {
			return err
		}
		for _, a := range batch {
			if err := w.setArticle(ctx, a.id, a.packedArticle); err != nil {
				return err
			}
		}
		if err := w.write(ctx); err != nil {
			return err
		}
		if after, err = next(after, batch[len(batch)-1].id); err != nil {
			return err
		}
	}
}

type articleToPack struct {
	id int64
	packedArticle
}

func packedAfter(ctx context.Context, q queryer, id int64) (batch []articleToPack, err error) {
	rows, err := q.QueryContext(ctx, `
		SELECT a.id, coalesce(i.sz, x''), coalesce(a.source, 0), coalesce(a.byline, 0),
		       coalesce((SELECT id FROM languages WHERE code = coalesce(a.lang, '')), 0),
		       coalesce((SELECT id FROM types WHERE name = a.type), 0),
		       iif(a.superseded_by IS NULL, ?, ?), coalesce(a.published, ''), a.added,
		       (SELECT json_group_array(source) FROM (SELECT source FROM citations WHERE article = a.id ORDER BY source))
		FROM articles a LEFT JOIN article_index_docsize i ON i.id = a.id
		WHERE a.id > ? ORDER BY a.id LIMIT ?`, stateCurrent, stateSuperseded, id, blockRows)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var a articleToPack
		var sizes, outlets []byte
		err := rows.Scan(&a.id, &sizes, &a.source, &a.byline, &a.lang, &a.form, &a.state, &a.published.iso, &a.added, &outlets)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(outlets, &a.outlets); err != nil {
			return nil, err
		}
		a.length = sumOfSizes(sizes)
		batch = append(batch, a)
	}
	return batch, rows.Err()
}

// sumOfSizes adds up the columns of a row of FTS5's docsize table.
func sumOfSizes(sizes []byte) (sum uint32) {
	for len(sizes) > 0 {
		var n uint32
		n, sizes = nextSize(sizes)
		sum += n
	}
	return sum
}

// nextSize reads one of the sizes of a row of FTS5's docsize table, which are
// SQLite's variable-length integers, https://www.sqlite.org/fileformat.html#varint.
// A size is well below four of its bytes.
func nextSize(sizes []byte) (n uint32, rest []byte) {
	for i, b := range sizes {
		n = n<<7 | uint32(b&0x7f)
		if b < 0x80 {
			return n, sizes[i+1:]
		}
	}
	return 0, nil
}
