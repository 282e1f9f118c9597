//go:build !windows

package cli

func isWindowsClosedPipe(error) bool { return false }
