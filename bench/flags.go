package main

import (
	"flag"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
)

// articlesName is the file of real articles that corpora are made of.
const articlesName = "reuters-financial-2007-2008.jsonl.gz"

func dataFlag(flags *flag.FlagSet, root string) *string {
	return flags.String("data", filepath.Join(root, "..", "shared", "data", "news"), "`folder` that holds "+articlesName)
}

// numbers is a flag of whole numbers above 0 with commas between.
type numbers []int

func (n *numbers) String() string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(*n), " ", ","), "[]")
}

func (n *numbers) Set(s string) error {
	*n = nil
	for part := range strings.SplitSeq(s, ",") {
		v, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || v < 1 {
			return fmt.Errorf("%q is no number above 0", part)
		}
		*n = append(*n, v)
	}
	return nil
}

// names is a flag of names with commas between.
type names []string

func (n *names) String() string { return strings.Join(*n, ",") }

func (n *names) Set(s string) error {
	*n = nil
	for part := range strings.SplitSeq(s, ",") {
		*n = append(*n, strings.TrimSpace(part))
	}
	return nil
}
