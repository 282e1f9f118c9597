package ingest

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"example.com/archive/ingest/office"
)

// epubFormat is an e-book. It is one article, or one a chapter where that is
// asked for.
var epubFormat = &format{
	name:    "epub",
	version: 1,
	binary:  true,
	splits:  true,
	media:   []string{"application/epub+zip"},
	claims: claimedZip(func(head []byte) bool {
		return bytes.Contains(head, []byte("mimetypeapplication/epub+zip")) || bytes.Contains(head, []byte("META-INF/container.xml"))
	}, "epub"),
	read: readEPUB,
}

func readEPUB(ctx context.Context, in *input, out sink) error {
	p, done, err := in.pack(ctx)
	if err != nil {
		return err
	}
	defer done()
	book, err := office.OpenEPUB(p)
	if err != nil {
		return err
	}
	if in.split == splitChapters {
		return splitBook(ctx, book, out)
	}
	return readBook(ctx, book, out)
}

// splitChapters is the option that makes an article of each chapter.
const splitChapters = "chapters"

// readBook makes one article of a book, of the chapters that can be read.
func readBook(ctx context.Context, book *office.Book, out sink) error {
	var texts []string
	err := eachChapter(ctx, book, out, func(_ string, chapter *office.Document) error {
		texts = append(texts, chapter.Text)
		return nil
	})
	if err != nil {
		return err
	}
	if len(texts) == 0 {
		return errNoDocumentText
	}
	book.Text = strings.Join(texts, "\n\n")
	return out.article(documentArticle(book.Document))
}

// splitBook makes an article of each chapter, with the book named in its
// title: "The Voyage - Travels".
func splitBook(ctx context.Context, book *office.Book, out sink) error {
	n := 0
	return eachChapter(ctx, book, out, func(part string, chapter *office.Document) error {
		n++
		if chapter.Title.Value == "" {
			chapter.Title = office.Property{Value: fmt.Sprint("Part ", n), Rule: "place in the book"}
		}
		if book.Title.Value != "" {
			chapter.Title.Value += " - " + book.Title.Value
		}
		a := documentArticle(chapter)
		a.Member = part
		return out.article(a)
	})
}

// eachChapter reads the chapters of a book that have text.
func eachChapter(ctx context.Context, book *office.Book, out sink, each func(part string, chapter *office.Document) error) error {
	for _, part := range book.Chapters {
		if err := ctx.Err(); err != nil {
			return err
		}
		chapter, err := book.Chapter(part)
		switch {
		case err != nil:
			out.failed(part, err)
		case chapter.Text != "":
			if err := each(part, chapter); err != nil {
				return err
			}
		}
	}
	return nil
}
