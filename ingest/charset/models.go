package charset

import (
	_ "embed"
	"sync"
	"unicode/utf8"

	"example.com/archive/ingest/charset/internal/model"
)

//go:generate sh -c "go run ./internal/train model $ARCHIVE_TEXTS/train models.bin"

// packed was counted by internal/train.
//
//go:embed models.bin
var packed []byte

// models are unpacked when something is detected for the first time.
var models = sync.OnceValue(func() *model.Models {
	m, err := model.Read(packed)
	if err != nil {
		panic("models.bin does not unpack: " + err.Error())
	}
	return m
})

var lettersOf = sync.OnceValue(func() map[string]*model.Letters {
	m := map[string]*model.Letters{}
	for i := range models().Letters {
		l := &models().Letters[i]
		m[l.Name] = l
	}
	return m
})

var charactersOf = sync.OnceValue(func() map[string]map[rune]float32 {
	m := map[string]map[rune]float32{}
	for _, c := range models().Characters {
		costs := map[rune]float32{}
		for cost, characters := range c.ByCost {
			for _, r := range characters {
				costs[r] = float32(cost)
			}
		}
		m[c.Name] = costs
	}
	return m
})

// alphabetClasses gives the class of each letter of an alphabet.
func alphabetClasses(l *model.Letters) map[rune]int {
	m := make(map[rune]int, len(l.Alphabet))
	for i, r := range l.Alphabet {
		m[r] = model.FirstLetter + i
	}
	return m
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
