// Client and server for load/handshakes, with only the standard library.
//
//	shake serve PORT CERTIFICATE KEY
//	shake full|resumed|calls ADDRESS AUTHORITY CONNECTIONS SECONDS
//	shake idle ADDRESS AUTHORITY CONNECTIONS
//
// The client prints one line of JSON. idle then waits for the end of its input.
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

var connections, resumed, calls, failed atomic.Int64

func main() {
	if os.Args[1] == "serve" {
		serve(os.Args[2], os.Args[3], os.Args[4])
		return
	}
	mode, address := os.Args[1], os.Args[2]
	settings := trusting(os.Args[3])
	count, _ := strconv.Atoi(os.Args[4])
	began := time.Now()
	if mode == "idle" {
		idle(address, settings, count)
		report(began)
		io.Copy(io.Discard, os.Stdin)
		return
	}
	seconds, _ := strconv.ParseFloat(os.Args[5], 64)
	end := began.Add(time.Duration(seconds * float64(time.Second)))
	var all sync.WaitGroup
	for range count {
		own := settings.Clone()
		if mode == "resumed" {
			own.ClientSessionCache = tls.NewLRUClientSessionCache(4)
		}
		all.Go(func() {
			for time.Now().Before(end) {
				if mode == "calls" {
					keep(address, own, end)
				} else {
					once(address, own)
				}
			}
		})
	}
	all.Wait()
	report(began)
}

func serve(port, certificate, key string) {
	http.HandleFunc("GET /ping", func(answer http.ResponseWriter, _ *http.Request) {
		answer.Header().Set("Content-Type", "application/json")
		io.WriteString(answer, `{"message":"pong"}`)
	})
	fmt.Fprintln(os.Stderr, http.ListenAndServeTLS("127.0.0.1:"+port, certificate, key, nil))
	os.Exit(1)
}

func trusting(authority string) *tls.Config {
	roots := x509.NewCertPool()
	pem, err := os.ReadFile(authority)
	if err != nil || !roots.AppendCertsFromPEM(pem) {
		fmt.Fprintln(os.Stderr, "no certificate in", authority, err)
		os.Exit(1)
	}
	return &tls.Config{RootCAs: roots, ServerName: "localhost", NextProtos: []string{"http/1.1"}}
}

func dial(address string, settings *tls.Config) (*tls.Conn, bool) {
	plain, err := net.DialTimeout("tcp", address, 30*time.Second)
	if err != nil {
		failed.Add(1)
		return nil, false
	}
	plain.SetDeadline(time.Now().Add(60 * time.Second))
	secure := tls.Client(plain, settings)
	if secure.Handshake() != nil {
		failed.Add(1)
		plain.Close()
		return nil, false
	}
	connections.Add(1)
	if secure.ConnectionState().DidResume {
		resumed.Add(1)
	}
	return secure, true
}

// once is a connection with one request, after which a client of TLS 1.3 has its ticket.
func once(address string, settings *tls.Config) {
	secure, ok := dial(address, settings)
	if !ok {
		return
	}
	defer secure.Close()
	call(secure, bufio.NewReader(secure))
}

func keep(address string, settings *tls.Config, end time.Time) {
	secure, ok := dial(address, settings)
	if !ok {
		return
	}
	defer secure.Close()
	secure.SetDeadline(end.Add(30 * time.Second))
	in := bufio.NewReader(secure)
	for time.Now().Before(end) && call(secure, in) {
	}
}

func call(secure *tls.Conn, in *bufio.Reader) bool {
	io.WriteString(secure, "GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n")
	answer, err := http.ReadResponse(in, nil)
	if err != nil || answer.StatusCode != 200 {
		failed.Add(1)
		return false
	}
	io.Copy(io.Discard, answer.Body)
	calls.Add(1)
	return true
}

func idle(address string, settings *tls.Config, count int) {
	open := make([]*tls.Conn, 0, count)
	for range count {
		if secure, ok := dial(address, settings); ok {
			secure.SetDeadline(time.Time{})
			call(secure, bufio.NewReader(secure))
			open = append(open, secure)
		}
	}
}

func report(began time.Time) {
	json.NewEncoder(os.Stdout).Encode(map[string]any{
		"connections": connections.Load(), "resumed": resumed.Load(), "calls": calls.Load(), "failed": failed.Load(),
		"seconds": time.Since(began).Seconds()})
}
