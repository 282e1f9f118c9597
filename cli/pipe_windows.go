package cli

import (
	"errors"
	"syscall"
)

// Windows names a closed pipe in two ways, ERROR_BROKEN_PIPE and
// ERROR_NO_DATA ("the pipe is being closed").
func isWindowsClosedPipe(err error) bool {
	const noData = syscall.Errno(232)
	return errors.Is(err, syscall.ERROR_BROKEN_PIPE) || errors.Is(err, noData)
}
