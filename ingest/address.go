package ingest

import (
	"net/url"
	"strings"
)

// mailNames gives the names in a list of mail addresses, and the address of
// those that have none: "Ann Bell <a@x.org>, b@x.org (Bob)" is "Ann Bell, Bob".
func mailNames(list string) string {
	var names []string
	for _, address := range splitAddresses(list) {
		if name := mailName(address); name != "" {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// splitAddresses cuts a list at the commas and semicolons that stand outside
// of quotes, comments and angle brackets. A comma between names without an
// address stays: "Bell, Ann <a@x.org>" is one person.
func splitAddresses(list string) []string {
	var parts []string
	quoted, comment, angle, start := false, 0, false, 0
	for i := 0; i < len(list); i++ {
		switch c := list[i]; {
		case c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '(':
			comment++
		case c == ')' && comment > 0:
			comment--
		case comment > 0:
		case c == '<':
			angle = true
		case c == '>':
			angle = false
		case !angle && (c == ';' || c == ',' && strings.Contains(list[start:i], "@")):
			parts = append(parts, list[start:i])
			start = i + 1
		}
	}
	return append(parts, list[start:])
}

// mailName gives the name in one address, else the address.
func mailName(s string) string {
	s = strings.TrimSpace(s)
	if name, rest, found := strings.Cut(s, "<"); found {
		if name = unquoted(name); name != "" {
			return name
		}
		address, _, _ := strings.Cut(rest, ">")
		return strings.TrimSpace(address)
	}
	if address, comment, found := strings.Cut(s, "("); found {
		comment = unquoted(strings.TrimSuffix(strings.TrimSpace(comment), ")"))
		if comment == "" || strings.Contains(comment, "@") {
			return strings.TrimSpace(address)
		}
		if strings.Contains(address, "@") {
			return comment
		}
	}
	return unquoted(s)
}

// unquoted takes off the quotes around a name, and the backslashes in it.
func unquoted(s string) string {
	s = strings.TrimSpace(s)
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		s = strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(s[1 : len(s)-1])
	}
	return strings.TrimSpace(s)
}

// resolve completes an address by that of the page it stands on.
func resolve(base, address string) string {
	address = strings.TrimSpace(address)
	if address == "" || isURL(address) || !isURL(base) {
		return address
	}
	b, err := url.Parse(base)
	if err != nil {
		return address
	}
	u, err := b.Parse(address)
	if err != nil {
		return address
	}
	return u.String()
}
