package store

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// An archive from elsewhere can name any file of this machine as a place, for
// the next import to read. So a place is sealed with a key that only those have
// who noted it, and read again by them alone. The seals stand in meta.

// sealKey begins the keys of seals in meta; the path of the place follows.
const sealKey = "place:"

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
	h := hmac.New(sha256.New, key)
	h.Write(sealed)
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// IsSealedWith reports whether who has the key noted the place.
func (p Place) IsSealedWith(key []byte) bool {
	seal := p.SealWith(key)
	return seal != "" && hmac.Equal([]byte(seal), []byte(p.Seal))
}

// seal keeps the seal of a place.
func (im *Import) seal(ctx context.Context, p Place) error {
	if p.Seal == "" {
		return nil
	}
	_, err := im.conn.ExecContext(ctx, `INSERT INTO meta (key, value) VALUES (?, ?)
		ON CONFLICT (key) DO UPDATE SET value = excluded.value`, sealKey+p.Path, p.Seal)
	return err
}
