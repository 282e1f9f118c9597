package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"

	"example.com/archive/ingest/charset"
)

// measureCharset counts the files whose text comes out as it does by the
// encoding that their folder names, with nothing declared: what the page says
// of itself is not looked at. What the folder's encoding gives is worked out
// by golang.org/x/text, or by iconv for the encodings that it has not.
func measureCharset(ctx context.Context, data string) (string, error) {
	files, err := filepath.Glob(filepath.Join(data, "charset", "*", "*"))
	if err != nil || len(files) == 0 {
		return "", &absentError{"the folder charset of the sample files"}
	}
	right, of := map[string]int{}, map[string]int{}
	var folders, wrong []string
	for _, name := range files {
		folder := filepath.Base(filepath.Dir(name))
		b, err := os.ReadFile(name)
		if err != nil {
			return "", err
		}
		want, err := decodedAs(ctx, folder, b)
		if err != nil {
			return "", err
		}
		if of[folder]++; of[folder] == 1 {
			folders = append(folders, folder)
		}
		if got, found := charset.Decode(b); got == want {
			right[folder]++
		} else {
			wrong = append(wrong, fmt.Sprintf("- %s/%s: read as %s", folder, filepath.Base(name), found.Name))
		}
	}
	return charsetTable(folders, right, of) + strings.Join(wrong, "\n"), ctx.Err()
}

func charsetTable(folders []string, right, of map[string]int) string {
	var out strings.Builder
	out.WriteString("| encoding | right | of |\n|---|---:|---:|\n")
	allRight, all := 0, 0
	for _, f := range folders {
		fmt.Fprintf(&out, "| %s | %d | %d |\n", f, right[f], of[f])
		allRight, all = allRight+right[f], all+of[f]
	}
	fmt.Fprintf(&out, "| all | %d | %d |\n\n", allRight, all)
	return out.String()
}

// decodedAs gives the right text of a file in a folder, without its mark.
func decodedAs(ctx context.Context, folder string, b []byte) (string, error) {
	if e := encodingOfFolder(folder); e != nil {
		text, err := e.NewDecoder().String(string(b))
		return strings.TrimPrefix(text, "\ufeff"), err
	}
	iconv := exec.CommandContext(ctx, "iconv", "-f", folder, "-t", "UTF-8")
	iconv.Stdin = strings.NewReader(string(b))
	text, err := iconv.Output()
	if err != nil {
		return "", &absentError{"iconv, or its encoding " + folder}
	}
	if folder == "Johab" { // iconv has the won sign where ASCII has the backslash
		return strings.ReplaceAll(string(text), "₩", `\`), nil
	}
	return strings.TrimPrefix(string(text), "\ufeff"), nil
}

// encodingOfFolder understands names such as iso-8859-2-croatian.
func encodingOfFolder(folder string) encoding.Encoding {
	switch folder = strings.ToLower(folder); folder {
	case "ibm855":
		return charmap.CodePage855
	case "maccyrillic":
		return charmap.MacintoshCyrillic
	case "cp932": // golang.org/x/text's Shift_JIS is that of Windows
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
