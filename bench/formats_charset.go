package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"

	"example.com/archive/ingest/charset"
)

// measureCharset counts the files whose text comes out as it does by the
// encoding that their folder names, with nothing declared. Folders whose
// encoding Go does not know, and UTF-16 and UTF-32, which are not decoded by
// this package, are counted apart.
func measureCharset(ctx context.Context, data string) (string, error) {
	files, err := filepath.Glob(filepath.Join(data, "charset", "*", "*"))
	if err != nil || len(files) == 0 {
		return "", &absentError{"the folder charset of the sample files"}
	}
	right, of, unknown := map[string]int{}, map[string]int{}, 0
	var folders []string
	for _, name := range files {
		folder := filepath.Base(filepath.Dir(name))
		e := encodingOfFolder(folder)
		if e == nil {
			unknown++
			continue
		}
		b, err := os.ReadFile(name)
		if err != nil {
			return "", err
		}
		if of[folder]++; of[folder] == 1 {
			folders = append(folders, folder)
		}
		want, _ := e.NewDecoder().Bytes(b)
		if got, _, _ := charset.Decode(b, ""); got == string(want) {
			right[folder]++
		}
	}
	return charsetTable(folders, right, of, unknown), ctx.Err()
}

func charsetTable(folders []string, right, of map[string]int, unknown int) string {
	var out strings.Builder
	out.WriteString("| encoding | right | of |\n|---|---|---|\n")
	allRight, all := 0, 0
	for _, f := range folders {
		fmt.Fprintf(&out, "| %s | %d | %d |\n", f, right[f], of[f])
		allRight, all = allRight+right[f], all+of[f]
	}
	fmt.Fprintf(&out, "| all | %d | %d |\n\nNot compared: %d files in encodings this command cannot decode.\n", allRight, all, unknown)
	return out.String()
}

// encodingOfFolder understands names such as iso-8859-2-croatian.
func encodingOfFolder(folder string) encoding.Encoding {
	switch folder = strings.ToLower(folder); folder {
	case "ibm855":
		return charmap.CodePage855
	case "maccyrillic":
		return charmap.MacintoshCyrillic
	case "cp932":
		folder = "shift_jis"
	case "ascii":
		folder = "utf-8"
	}
	for name := folder; ; name = name[:strings.LastIndex(name, "-")] {
		if e, err := htmlindex.Get(name); err == nil && !strings.HasPrefix(name, "utf-16") {
			if known, _ := htmlindex.Name(e); known != "replacement" {
				return e
			}
		}
		if !strings.Contains(name, "-") {
			return nil
		}
	}
}
