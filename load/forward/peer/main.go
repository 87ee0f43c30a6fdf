// Both ends of the gateway's load test: the services behind it, and clients that keep one message in flight on each stream or socket.
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "serve" {
		serve()
		return
	}
	if len(os.Args) > 1 && os.Args[1] == "load" {
		load(os.Args[2:])
		return
	}
	fmt.Fprintln(os.Stderr, "peer serve | peer load -kind chat|watch|socket …")
	os.Exit(2)
}
