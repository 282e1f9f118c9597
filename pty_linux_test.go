package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/term"
)

// pseudoTerminal is a terminal that keeps what is written to it.
type pseudoTerminal struct {
	*os.File // what a program writes to
	master   *os.File
	written  chan string
}

// newPseudoTerminal opens a terminal of so many columns that changes nothing
// of what it gets, not even the ends of lines.
func newPseudoTerminal(t *testing.T, columns uint16) *pseudoTerminal {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("this machine gives no pseudo-terminals: %v", err)
	}
	var unlocked, number int32
	size := [4]uint16{24, columns}
	for _, set := range []struct {
		request uintptr
		value   unsafe.Pointer
	}{
		{syscall.TIOCSPTLCK, unsafe.Pointer(&unlocked)},
		{syscall.TIOCGPTN, unsafe.Pointer(&number)},
		{syscall.TIOCSWINSZ, unsafe.Pointer(&size)},
	} {
		if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, master.Fd(), set.request, uintptr(set.value)); errno != 0 {
			t.Fatal(errno)
		}
	}
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := term.MakeRaw(int(slave.Fd())); err != nil {
		t.Fatal(err)
	}
	p := &pseudoTerminal{slave, master, make(chan string)}
	go p.read()
	return p
}

func (p *pseudoTerminal) read() {
	var b strings.Builder
	_, _ = io.Copy(&b, p.master) // ends with an error once the other end is closed
	p.written <- b.String()
}

// text closes the terminal and gives all that was written to it.
func (p *pseudoTerminal) text() string {
	p.File.Close()
	defer p.master.Close()
	return <-p.written
}
