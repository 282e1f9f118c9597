package text

import (
	"embed"
	"strings"
	"sync"
)

// One file a language, named by its code; one word a line, as people write
// it. Only function words stand there. Where folding makes a function word
// the same as a word with a meaning of its own ("she'll" and "shell", "US"
// and "us"), the list goes without it: a search that loses its only telling
// word is worse than one that carries an idle one.
//
//go:embed stopwords/*.txt
var stopWordFiles embed.FS

// stopWordLists holds the lists that were asked for, by language; a list is
// read when it is first needed, for most runs need one.
var stopWordLists sync.Map

// IsStopWord reports whether a word says too little in the language (ISO
// 639-1) to be searched for. The word is folded, as [Fold] does it.
func IsStopWord(lang, folded string) bool {
	_, found := stopWords(lang)[folded]
	return found
}

func stopWords(lang string) map[string]struct{} {
	if words, ok := stopWordLists.Load(lang); ok {
		return words.(map[string]struct{})
	}
	name := lang
	if lang == "nb" || lang == "nn" {
		name = "no"
	}
	list, err := stopWordFiles.ReadFile("stopwords/" + name + ".txt")
	if err != nil {
		return nil
	}
	words := foldedSet(string(list), Fold)
	stopWordLists.Store(lang, words)
	return words
}

func foldedSet(list string, fold func(string) string) map[string]struct{} {
	words := make(map[string]struct{})
	for word := range strings.FieldsSeq(list) {
		words[fold(word)] = struct{}{}
	}
	return words
}
