package text

// formMark parts a stem from what tells its form; no token holds it.
const formMark = "\x01"

// FormKey names a word by its stem and itself: the stem alone where the word is
// its own stem, else what FormsOf gives for the stem, how many bytes of the
// stem the word begins with, and what follows them.
func FormKey(stem, surface string) string {
	if stem == surface {
		return stem
	}
	kept := 0
	for kept < len(stem) && kept < len(surface) && stem[kept] == surface[kept] {
		kept++
	}
	return stem + formMark + string([]byte{byte(kept)}) + surface[kept:] // a token is shorter than 256 bytes
}

// FormsOf gives what the keys of the other forms of a stem begin with.
func FormsOf(stem string) string { return stem + formMark }
