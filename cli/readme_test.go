package cli

import (
	"os"
	"strings"
	"testing"
)

// The README names every command, each with its flags in one row.
func TestReadmeNamesEveryCommandAndFlag(t *testing.T) {
	b, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(string(b), "\n")
	search, _ := findCommand("search")
	for _, c := range commands() {
		row := commandRow(rows, c.name)
		if row == "" {
			t.Errorf("no row for %s", c.name)
		}
		if c.name == "list" { // it says: those of search, without ...
			for _, o := range c.options {
				if !hasOption(search, o.name) || strings.Contains(row, "`--"+o.name+"`") {
					t.Errorf("list --%s", o.name)
				}
			}
			continue
		}
		for _, o := range c.options {
			if !strings.Contains(row, "`--"+o.name+"`") {
				t.Errorf("%s: --%s is missing in %s", c.name, o.name, row)
			}
		}
	}
}

func commandRow(rows []string, name string) string {
	for _, r := range rows {
		if strings.HasPrefix(r, "| `"+name+" ") || strings.HasPrefix(r, "| `"+name+"`") {
			return r
		}
	}
	return ""
}

func hasOption(c command, name string) bool {
	for _, o := range c.options {
		if o.name == name {
			return true
		}
	}
	return false
}
