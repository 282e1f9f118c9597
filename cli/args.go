package cli

import (
	"slices"
	"strconv"
	"strings"
)

// arrange brings a command line, without the program's name, into the one
// order that the library reads rightly:
//
//	archive COMMAND --flag=value... -- WORD...
//
// Flags may stand anywhere, before the command too. What is not a flag of the
// command is a word or an error; nothing is left to the library to judge.
func arrange(args []string) ([]string, error) {
	at := commandIndex(args)
	if at < 0 {
		return withoutCommand(args)
	}
	c, ok := findCommand(args[at])
	if !ok {
		return nil, unknownCommand(args[at])
	}
	a := arranger{command: c}
	rest := slices.Concat(args[:at], args[at+1:])
	if at > 0 && args[at-1] == "--" { // it ended the flags before the command
		rest = slices.Concat(args[:at-1], []string{"--"}, args[at+1:])
	}
	if err := a.read(rest); err != nil {
		return nil, err
	}
	if a.help {
		return []string{"archive", "help", "--", c.name}, nil
	}
	return slices.Concat([]string{"archive", c.name}, a.flags, []string{"--"}, a.words), nil
}

// commandIndex finds the first argument that is neither a flag nor the value
// of one; -1 if there is none. The command being unknown yet, the flags of
// all commands count.
func commandIndex(args []string) int {
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if arg == "--" {
			if i+1 < len(args) {
				return i + 1
			}
			return -1
		}
		if len(arg) < 2 || arg[0] != '-' {
			return i
		}
		o, _, given, ok := parseFlag(arg, everyOption())
		if ok && o.kind != isSwitch && !given {
			i++
		}
	}
	return -1
}

func everyOption() []option {
	all := globalOptions()
	for _, c := range commands() {
		all = append(all, c.options...)
	}
	return all
}

// withoutCommand reads a line that has flags only.
func withoutCommand(args []string) ([]string, error) {
	for i, arg := range args {
		if arg == "--version" {
			rest := slices.Concat(args[:i], args[i+1:])
			return arrange(append([]string{"version"}, rest...))
		}
	}
	if len(args) > 0 && args[0] != "--help" && args[0] != "-h" {
		if _, _, _, ok := parseFlag(args[0], globalOptions()); !ok {
			return nil, usagef("there is no command, and no flag %s without one (try 'archive help')", quoted(args[0]))
		}
	}
	return []string{"archive", "help"}, nil
}

func unknownCommand(name string) error {
	var names []string
	for _, c := range commands() {
		names = append(names, c.name)
	}
	if near := nearest(name, names); near != "" {
		return usagef("there is no command %s (did you mean 'archive %s'? 'archive help' lists all)", quoted(name), near)
	}
	return usagef("there is no command %s ('archive help' lists all; to search: 'archive search WORDS')", quoted(name))
}

// arranger sorts the arguments after the command into flags and words.
type arranger struct {
	command command
	flags   []string
	words   []string
	help    bool
}

func (a *arranger) read(args []string) error {
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if arg == "--" {
			a.words = append(a.words, args[i+1:]...)
			return nil
		}
		if len(arg) < 2 || arg[0] != '-' {
			a.words = append(a.words, arg)
			continue
		}
		o, value, given, ok := parseFlag(arg, a.command.allOptions())
		if !ok {
			if err := a.unknown(arg); err != nil {
				return err
			}
			continue
		}
		if o.kind != isSwitch && !given {
			i++
			if i == len(args) {
				return usagef("--%s wants a value (--%s %s)", o.name, o.name, o.arg)
			}
			value = args[i]
		}
		if err := a.take(o, value, given); err != nil {
			return err
		}
	}
	return nil
}

// parseFlag reads --name, --name=value, -x, -x=value and, where the value is
// one that the flag can have, -xvalue.
func parseFlag(arg string, options []option) (o option, value string, given, ok bool) {
	if long, is := strings.CutPrefix(arg, "--"); is {
		name, value, given := strings.Cut(long, "=")
		i := slices.IndexFunc(options, func(o option) bool { return o.name == name })
		if i < 0 {
			return option{}, "", false, false
		}
		return options[i], value, given, true
	}
	i := slices.IndexFunc(options, func(o option) bool { return o.short != "" && o.short == arg[1:2] })
	if i < 0 {
		return option{}, "", false, false
	}
	rest := arg[2:]
	if rest == "" {
		return options[i], "", false, true
	}
	rest = strings.TrimPrefix(rest, "=")
	if options[i].kind == isSwitch || checkValue(options[i], rest) != nil {
		return option{}, "", false, false
	}
	return options[i], rest, true, true
}

func (a *arranger) unknown(arg string) error {
	if a.command.query && !strings.HasPrefix(arg, "--") {
		a.words = append(a.words, arg) // -Putin excludes Putin
		return nil
	}
	name, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
	var names []string
	for _, o := range a.command.allOptions() {
		names = append(names, o.name)
	}
	hint := "'archive help " + a.command.name + "' lists its flags"
	if near := nearest(name, names); near != "" {
		hint = "did you mean --" + near + "?"
	}
	if a.command.args != "" {
		hint += "; put -- before words that begin with dashes"
	}
	flag, _, _ := strings.Cut(arg, "=")
	return usagef("'archive %s' has no flag %s (%s)", a.command.name, quoted(flag), hint)
}

func (a *arranger) take(o option, value string, given bool) error {
	if o.kind == isSwitch {
		if given {
			return usagef("--%s takes no value", o.name)
		}
		a.help = a.help || o.name == "help"
		a.flags = append(a.flags, "--"+o.name)
		return nil
	}
	if err := checkValue(o, value); err != nil {
		return err
	}
	a.flags = append(a.flags, "--"+o.name+"="+value)
	return nil
}

func checkValue(o option, value string) error {
	switch {
	case value == "" && o.empty:
		return nil
	case value == "":
		return usagef("the value of --%s is empty (--%s %s)", o.name, o.name, o.arg)
	case o.kind == isNumber:
		if n, err := strconv.Atoi(value); err != nil || n < 0 {
			return usagef("--%s wants a number, 0 or more, not %s", o.name, quoted(value))
		}
	case o.listed:
		return checkListed(o, value)
	case len(o.values) > 0 && !slices.Contains(o.values, value):
		return usagef("--%s cannot be %s (one of %s)", o.name, quoted(value), strings.Join(o.values, ", "))
	}
	return nil
}

func checkListed(o option, value string) error {
	for _, part := range strings.Split(value, ",") {
		if !slices.Contains(o.values, strings.TrimSpace(part)) {
			return usagef("there is no %s %s (--%s takes some of %s)",
				strings.TrimSuffix(o.name, "s"), quoted(part), o.name, strings.Join(o.values, ", "))
		}
	}
	return nil
}

// quoted shows what a person typed, harmless and not too long.
func quoted(s string) string {
	return "'" + cut(safeLine(s), 60) + "'"
}

// nearest gives the candidate that s is most likely a misspelling of, "" if
// none is near.
func nearest(s string, candidates []string) string {
	if len(s) > 40 {
		return ""
	}
	best, bestDistance := "", len(s)/3+2
	for _, c := range candidates {
		d := distance(s, c)
		if len(s) >= 3 && strings.HasPrefix(c, s) {
			d = 1
		}
		if d < bestDistance {
			best, bestDistance = c, d
		}
	}
	return best
}

// distance counts the insertions, deletions, replacements and swaps of
// neighbours that turn a into b.
func distance(a, b string) int {
	prev2, prev, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(prev[j+1]+1, row[j]+1, prev[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], prev2[j-1]+1)
			}
		}
		prev2, prev, row = prev, row, prev2
	}
	return prev[len(b)]
}
