package store

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
)

// An archive from elsewhere can name any file of this machine as a place, for
// the next import to read. So a place is sealed with a key that only those have
// who noted it, and read again by them alone. The seals stand in meta.

// sealKey begins the keys of seals in meta; whose it is, a colon and the path
// of the place follow, so that several people can note one place.
const sealKey = "place:"

// ownerDigits is how many hexadecimal digits of a seal say whose it is.
const ownerDigits = 16

// SealWith gives the seal of a place under a person's key; "" for no key. How
// the place is read is sealed with its path.
func (p Place) SealWith(key []byte) string {
	options, err := p.options()
	if err != nil || len(key) == 0 {
		return ""
	}
	sealed, err := json.Marshal([]string{p.Path, p.Source, p.SourceFrom, options})
	if err != nil {
		return ""
	}
	return digest(key, nil)[:ownerDigits] + digest(key, sealed)[:32]
}

func digest(key, of []byte) string {
	h := hmac.New(sha256.New, key)
	h.Write(of)
	return hex.EncodeToString(h.Sum(nil))
}

// IsSealedWith reports whether who has the key noted the place.
func (p Place) IsSealedWith(key []byte) bool {
	seal := p.SealWith(key)
	return seal != "" && slices.Contains(p.Seals, seal)
}

// seal keeps the seals of a place.
func (im *Import) seal(ctx context.Context, p Place) error {
	for _, seal := range p.Seals {
		if len(seal) <= ownerDigits {
			continue
		}
		_, err := im.conn.ExecContext(ctx, `INSERT INTO meta (key, value) VALUES (?, ?)
			ON CONFLICT (key) DO UPDATE SET value = excluded.value`, sealKey+seal[:ownerDigits]+":"+p.Path, seal[ownerDigits:])
		if err != nil {
			return err
		}
	}
	return nil
}

// seals gives the seals of all places, by their paths.
func seals(ctx context.Context, q queryer) (map[string][]string, error) {
	rows, err := q.QueryContext(ctx, `SELECT substr(key, ?), value FROM meta WHERE key GLOB ?`, len(sealKey)+1, sealKey+"*")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := make(map[string][]string)
	for rows.Next() {
		var of, seal string
		if err := rows.Scan(&of, &seal); err != nil {
			return nil, err
		}
		if owner, path, found := strings.Cut(of, ":"); found && len(owner) == ownerDigits {
			all[path] = append(all[path], owner+seal)
		}
	}
	return all, rows.Err()
}
