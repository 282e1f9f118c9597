package text

import "testing"

// Letters that are folded one by one must become what the general way makes
// of them, alone and in words.
func TestFoldCommonLetters(t *testing.T) {
	common := 0
	for r := rune(1); r < 0x3000; r++ {
		for _, word := range []string{string(r), "a" + string(r), string(r) + "й", "И" + string(r) + "é’X", "ß'" + string(r)} {
			folded, ok := foldCommon(word)
			if !ok {
				continue
			}
			common++
			if want := foldAny(word); folded != want {
				t.Errorf("%U: %q becomes %q, want %q", r, word, folded, want)
			}
		}
	}
	if common < 1000 {
		t.Errorf("only %d words", common)
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"Ёлка", "п’ять", "Straße", "e\u0301", "ﬁne", "İ", "Σίσυφος", "\xd0", "×"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := Fold(s), foldAny(s); got != want {
			t.Errorf("%q becomes %q, want %q", s, got, want)
		}
	})
}
