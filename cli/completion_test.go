package cli

import (
	"strings"
	"testing"
)

// The script for PowerShell knows every command with its flags and values, and
// its quotes and braces close: no word of ours holds one.
func TestPowershellScript(t *testing.T) {
	script := powershellScript()
	for _, c := range commands() {
		_, row, found := strings.Cut(script, "\n        '"+c.name+"' { $candidates = @(")
		row, _, _ = strings.Cut(row, "\n")
		if !found {
			t.Errorf("nothing for %s", c.name)
		}
		for _, flag := range c.dashed() {
			if !strings.Contains(row, "'"+flag+"'") {
				t.Errorf("%s: no %s in %s", c.name, flag, row)
			}
		}
		for _, o := range c.allOptions() {
			want := "        '" + c.name + " --" + o.name + "' { $candidates = @('" + strings.Join(o.values, "', '") + "') }\n"
			if len(o.values) > 0 && !strings.Contains(script, want) {
				t.Errorf("%s: no values for --%s", c.name, o.name)
			}
		}
	}
	for line := range strings.Lines(script) {
		if strings.Count(line, "'")%2 != 0 || strings.ContainsAny(line, "`\u2018\u2019") {
			t.Errorf("quotes that do not close: %s", line)
		}
	}
	if strings.Count(script, "{") != strings.Count(script, "}") || strings.Count(script, "(") != strings.Count(script, ")") {
		t.Error("braces that do not close")
	}
}
