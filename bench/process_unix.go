//go:build unix

package main

import (
	"os"
	"runtime"
	"syscall"
)

func peakMemory(state *os.ProcessState) int64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	return maxrssBytes(usage)
}

// ownPeakMemory is the least that peakMemory can tell of a child: a child
// begins in the memory of its parent, and systems count that in.
func ownPeakMemory() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return maxrssBytes(&usage)
}

func maxrssBytes(usage *syscall.Rusage) int64 {
	if runtime.GOOS == "darwin" || runtime.GOOS == "ios" {
		return int64(usage.Maxrss)
	}
	return int64(usage.Maxrss) << 10
}
