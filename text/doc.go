// Package text holds what import and search both know of language: how text
// is normalised, cut into words, folded and stemmed, which words are too
// common to search for, where sentences end, and which language a text is in.
//
// Whatever is indexed and whatever is asked goes through the same [Analyser],
// so that a word of a query meets the same word of an article.
package text
