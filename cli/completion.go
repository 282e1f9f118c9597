package cli

import (
	"context"
	"fmt"
	"sort"
	"strings"

	urfave "github.com/urfave/cli/v2"
)

func completionCommand() command {
	return command{
		name:    "completion",
		args:    "bash|zsh|fish|powershell",
		summary: "let your shell complete commands and flags",
		about: `Prints a script that teaches your shell to complete the commands, flags and
values of this program when you press Tab.`,
		examples: []example{
			{`eval "$(archive completion bash)"`, "bash, in ~/.bashrc"},
			{`eval "$(archive completion zsh)"`, "zsh, in ~/.zshrc"},
			{"archive completion fish | source", "fish, in ~/.config/fish/config.fish"},
			{"archive completion powershell >> $PROFILE", "PowerShell, once"},
		},
		words: shellNames,
		run:   runCompletion,
	}
}

func shellNames() []string { return []string{"bash", "zsh", "fish", "powershell"} }

func runCompletion(_ context.Context, e *env, in *urfave.Context) (int, error) {
	script := map[string]func() string{
		"bash": bashScript, "zsh": zshScript, "fish": fishScript, "powershell": powershellScript,
	}[in.Args().First()]
	if in.NArg() != 1 || script == nil {
		return exitError, usagef("for which shell? (archive completion %s)", strings.Join(shellNames(), "|"))
	}
	return exitFound, printText(e.out, script())
}

func commandNames() []string {
	var names []string
	for _, c := range commands() {
		names = append(names, c.name)
	}
	return names
}

// dashed gives the flags of a command as they are typed.
func (c command) dashed() []string {
	var names []string
	for _, o := range c.allOptions() {
		names = append(names, "--"+o.name)
		if o.short != "" {
			names = append(names, "-"+o.short)
		}
	}
	sort.Strings(names)
	return names
}

// typed gives what a person types for an option: --format and -f.
func (o option) typed() []string {
	names := []string{"--" + o.name}
	if o.short != "" {
		names = append(names, "-"+o.short)
	}
	return names
}

// bashCases writes, for a command, which values may follow each flag.
func (c command) bashCases() string {
	var b strings.Builder
	for _, o := range c.allOptions() {
		flags := strings.Join(o.typed(), "|")
		switch {
		case len(o.values) > 0:
			fmt.Fprintf(&b, "            %s:%s) values=\"%s\"; return 0 ;;\n", c.name, strings.ReplaceAll(flags, "|", "|"+c.name+":"), strings.Join(o.values, " "))
		case o.kind != isSwitch:
			fmt.Fprintf(&b, "            %s:%s) values=; return 0 ;;\n", c.name, strings.ReplaceAll(flags, "|", "|"+c.name+":"))
		}
	}
	return b.String()
}

func bashScript() string {
	var cases, words strings.Builder
	for _, c := range commands() {
		cases.WriteString(c.bashCases())
		fixed := ""
		if c.words != nil {
			fixed = strings.Join(c.words(), " ")
		}
		if c.listing != "" {
			fixed += " $(" + c.listing + " 2>/dev/null)"
		}
		fmt.Fprintf(&words, "            %s) flags=\"%s\"; fixed=\"%s\" ;;\n", c.name, strings.Join(c.dashed(), " "), fixed)
	}
	return fmt.Sprintf(`# bash completion for archive
_archive_values() {
    local values=
    _archive_look() {
        case "$1:$2" in
%s        esac
        return 1
    }
    if _archive_look "$1" "$2"; then
        if [ -n "$values" ]; then
            local first= # what stands before the last comma of a list
            [[ $3 == *,* ]] && first="${3%%,*},"
            COMPREPLY=($(compgen -P "$first" -W "$values" -- "${3##*,}"))
        else
            COMPREPLY=($(compgen -f -- "$3"))
        fi
        return 0
    fi
    return 1
}
_archive() {
    local current="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" command= word flags= fixed=
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case "$word" in
            %s) command="$word"; break ;;
        esac
    done
    if [ -z "$command" ]; then
        COMPREPLY=($(compgen -W "%s" -- "$current"))
        return
    fi
    _archive_values "$command" "$before" "$current" && return
    case "$command" in
%s    esac
    case "$current" in
        -*) COMPREPLY=($(compgen -W "$flags" -- "$current")) ;;
        *)
            if [ -n "$fixed" ]; then
                COMPREPLY=($(compgen -W "$fixed" -- "$current"))
                [[ $COMPREPLY == *: ]] && compopt -o nospace 2>/dev/null
            else
                COMPREPLY=($(compgen -f -- "$current"))
            fi ;;
    esac
}
complete -o filenames -F _archive archive
`, cases.String(), strings.Join(commandNames(), "|"), strings.Join(commandNames(), " "), words.String())
}

// zshQuote makes text safe inside the brackets of a zsh argument spec that
// stands in single quotes.
func zshQuote(s string) string {
	return strings.NewReplacer("'", `'\''`, "[", `\[`, "]", `\]`, ":", `\:`).Replace(s)
}

func zshScript() string {
	var list, cases strings.Builder
	for _, c := range commands() {
		fmt.Fprintf(&list, "        '%s:%s'\n", c.name, zshQuote(c.summary))
		fmt.Fprintf(&cases, "        %s)\n            _arguments -s \\\n", c.name)
		for _, o := range c.allOptions() {
			for _, flag := range o.typed() {
				fmt.Fprintf(&cases, "                '%s' \\\n", o.zshSpec(flag))
			}
		}
		rest := "*:word:_files"
		if c.words != nil {
			rest = "*:word:" + zshWords(c.words())
		}
		if c.listing != "" {
			rest = fmt.Sprintf(`*:word:{ compadd -- %s ${(f)"$(%s 2>/dev/null)"} }`, strings.Join(c.words(), " "), c.listing)
		}
		fmt.Fprintf(&cases, "                '%s' ;;\n", rest)
	}
	return fmt.Sprintf(`#compdef archive
_archive() {
    local -a list
    list=(
%s    )
    if (( CURRENT == 2 )); then
        _describe -t commands command list
        return
    fi
    local command=$words[2]
    shift words
    (( CURRENT-- ))
    case $command in
%s    esac
}
if [ "$funcstack[1]" = _archive ]; then
    _archive "$@"
else
    compdef _archive archive
fi
`, list.String(), cases.String())
}

// zshWords is the action that offers the words; no blank follows a colon.
func zshWords(words []string) string {
	list := strings.ReplaceAll(strings.Join(words, " "), ":", `\:`)
	if strings.HasSuffix(list, ":") {
		return `compadd -S "" - ` + list
	}
	return "(" + list + ")"
}

func (o option) zshSpec(flag string) string {
	spec := flag
	if o.kind == isList {
		spec = "*" + spec
	}
	spec += "[" + zshQuote(o.help) + "]"
	switch {
	case o.kind == isSwitch:
		return spec
	case o.listed:
		return spec + ":" + o.arg + ":_values -s , value " + strings.Join(o.values, " ")
	case len(o.values) > 0:
		return spec + ":" + o.arg + ":(" + strings.Join(o.values, " ") + ")"
	case o.name == "db":
		return spec + ":" + o.arg + ":_files"
	}
	return spec + ":" + zshQuote(o.arg) + ": "
}

func fishQuote(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(s) + "'"
}

func fishScript() string {
	var b strings.Builder
	b.WriteString("# fish completion for archive\n")
	for _, c := range commands() {
		fmt.Fprintf(&b, "complete -c archive -n __fish_use_subcommand -f -a %s -d %s\n", c.name, fishQuote(c.summary))
		when := fishQuote("__fish_seen_subcommand_from " + c.name)
		for _, o := range c.allOptions() {
			fmt.Fprintf(&b, "complete -c archive -n %s%s -d %s\n", when, o.fishFlags(), fishQuote(o.help))
		}
		if c.words != nil {
			fmt.Fprintf(&b, "complete -c archive -n %s -f -a %s\n", when, fishQuote(strings.Join(c.words(), " ")))
		}
		if c.listing != "" {
			fmt.Fprintf(&b, "complete -c archive -n %s -f -a %s\n", when, fishQuote("("+c.listing+" 2>/dev/null)"))
		}
	}
	return b.String()
}

func (o option) fishFlags() string {
	flags := " -l " + o.name
	if o.short != "" {
		flags += " -s " + o.short
	}
	switch {
	case o.kind == isSwitch:
		return flags
	case o.listed:
		return flags + " -x -a " + fishQuote("(__fish_append , "+strings.Join(o.values, " ")+")")
	case len(o.values) > 0:
		return flags + " -x -a " + fishQuote(strings.Join(o.values, " "))
	case o.name == "db":
		return flags + " -r"
	}
	return flags + " -x"
}

func powershellScript() string {
	var cases, values strings.Builder
	for _, c := range commands() {
		words := c.dashed()
		if c.words != nil {
			words = append(words, c.words()...)
		}
		fmt.Fprintf(&cases, "        '%s' { $candidates = @('%s') }\n", c.name, strings.Join(words, "', '"))
		for _, o := range c.allOptions() {
			if len(o.values) == 0 {
				continue
			}
			for _, flag := range o.typed() {
				fmt.Fprintf(&values, "        '%s %s' { $candidates = @('%s') }\n", c.name, flag, strings.Join(o.values, "', '"))
			}
		}
	}
	names := strings.Join(commandNames(), "', '")
	return fmt.Sprintf(`# PowerShell completion for archive
Register-ArgumentCompleter -Native -CommandName archive -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
    if ($wordToComplete -and $words.Count -gt 0) { $words = @($words | Select-Object -SkipLast 1) }
    $command = $words | Where-Object { @('%s') -ccontains $_ } | Select-Object -First 1
    $candidates = @('%s')
    switch -CaseSensitive ($command) {
%s    }
    $before = if ($words.Count -gt 0) { $words[-1] } else { '' }
    switch -CaseSensitive ("$command $before") {
%s    }
    $candidates | Where-Object { $_ -clike "$wordToComplete*" } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }
}
`, names, names, cases.String(), values.String())
}
