// Calls a server that is stopped repeatedly, or is such a server.
//
//	drain steady|fresh|long|http A B     until standard input ends
//	drain serve PORT                     stops with GracefulStop on SIGTERM
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/resolver"
	"google.golang.org/grpc/resolver/manual"
)

const deadline = 10 * time.Second

// text is a codec without generated code.
type text struct{}

func (text) Marshal(v any) ([]byte, error) { return []byte(*v.(*string)), nil }

func (text) Unmarshal(data []byte, v any) error {
	*v.(*string) = string(data)
	return nil
}

func (text) Name() string { return "proto" }

type load struct {
	name      string
	addresses []string
	next      atomic.Int64
	calls     atomic.Int64
	over      atomic.Bool
	lock      sync.Mutex
	failures  map[string]int
	answered  []string
}

func main() {
	if os.Args[1] == "serve" {
		serve(os.Args[2])
		return
	}
	l := &load{name: os.Args[1], addresses: os.Args[2:], failures: map[string]int{}}
	go func() {
		io.Copy(io.Discard, os.Stdin)
		l.over.Store(true)
	}()
	switch l.name {
	case "steady":
		connection := l.dial()
		l.workers(50, func() { l.unary(connection, "/Count/One") })
	case "fresh":
		l.workers(8, func() {
			connection := l.dial()
			l.unary(connection, "/Count/One")
			connection.Close()
		})
	case "long":
		connection := l.dial()
		var held sync.WaitGroup
		held.Add(1)
		go func() {
			defer held.Done()
			for !l.over.Load() {
				l.unary(connection, "/Count/Hold")
			}
		}()
		l.workers(10, func() {
			l.unary(connection, "/Count/One")
			time.Sleep(5 * time.Millisecond)
		})
		held.Wait()
	case "http":
		client := l.httpClient()
		var turn atomic.Int64
		l.workers(10, func() { l.http(client, turn.Add(1)%2 == 0) })
	}
	json.NewEncoder(os.Stdout).Encode(map[string]any{
		"calls": l.calls.Load(), "failures": l.failures, "answered": l.answered,
		"version": grpc.Version})
}

func (l *load) workers(count int, work func()) {
	var all sync.WaitGroup
	for range count {
		all.Add(1)
		go func() {
			defer all.Done()
			for !l.over.Load() {
				work()
			}
		}()
	}
	all.Wait()
}

// dial makes a channel with the default policy, pick_first, and without a retry policy.
func (l *load) dial() *grpc.ClientConn {
	builder := manual.NewBuilderWithScheme("two")
	var state resolver.State
	for _, address := range l.addresses {
		state.Endpoints = append(state.Endpoints,
			resolver.Endpoint{Addresses: []resolver.Address{{Addr: address}}})
	}
	builder.InitialState(state)
	connection, err := grpc.NewClient("two:///count",
		grpc.WithResolvers(builder),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(text{})))
	if err != nil {
		panic(err)
	}
	return connection
}

func (l *load) id() string { return fmt.Sprintf("go-%s-%d", l.name, l.next.Add(1)) }

func (l *load) unary(connection *grpc.ClientConn, method string) {
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	id, answer := l.id(), ""
	l.note(id, answer, connection.Invoke(ctx, method, &id, &answer), &answer)
}

// httpClient connects to the first address that accepts: before that, no request was sent.
func (l *load) httpClient() *http.Client {
	return &http.Client{Timeout: deadline, Transport: &http.Transport{
		MaxIdleConnsPerHost: 100,
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			var connection net.Conn
			var err error
			for _, address := range l.addresses {
				if connection, err = (&net.Dialer{}).DialContext(ctx, network, address); err == nil {
					return connection, nil
				}
			}
			return nil, err
		}}}
}

func (l *load) http(client *http.Client, post bool) {
	id, answer := l.id(), ""
	var response *http.Response
	var err error
	if post {
		// Without GetBody, so that the client cannot send the body again.
		request, _ := http.NewRequest("POST", "http://count/count", io.NopCloser(bytes.NewBufferString(id)))
		request.ContentLength = int64(len(id))
		response, err = client.Do(request)
	} else {
		response, err = client.Get("http://count/count?id=" + id)
	}
	if err == nil {
		var body []byte
		body, err = io.ReadAll(response.Body)
		response.Body.Close()
		answer = string(body)
		if err == nil && response.StatusCode != 200 {
			err = fmt.Errorf("HTTP %d", response.StatusCode)
		}
	}
	l.note(id, answer, err, &answer)
}

func (l *load) note(id, _ string, err error, answer *string) {
	l.calls.Add(1)
	if err == nil && *answer != id {
		err = fmt.Errorf("a wrong answer")
	}
	l.lock.Lock()
	defer l.lock.Unlock()
	if err == nil {
		l.answered = append(l.answered, id)
		return
	}
	why := strings.ReplaceAll(err.Error(), id, "ID")
	l.failures[why]++
	if l.failures[why] == 1 {
		fmt.Fprintf(os.Stderr, "%s %s %s: %s\n", time.Now().Format("15:04:05.000"), l.name, id, why)
	}
}

func serve(port string) {
	listener, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		panic(err)
	}
	var lock sync.Mutex
	var ids []string
	method := func(name string, pause time.Duration) grpc.MethodDesc {
		return grpc.MethodDesc{MethodName: name, Handler: func(_ any, _ context.Context,
			decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
			var id string
			if err := decode(&id); err != nil {
				return nil, err
			}
			time.Sleep(pause)
			lock.Lock()
			ids = append(ids, id)
			lock.Unlock()
			return &id, nil
		}}
	}
	server := grpc.NewServer(grpc.ForceServerCodec(text{}))
	server.RegisterService(&grpc.ServiceDesc{ServiceName: "Count", HandlerType: (*any)(nil),
		Methods: []grpc.MethodDesc{method("One", 0), method("Hold", 5*time.Second)}}, struct{}{})
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	go func() {
		<-stop
		server.GracefulStop()
	}()
	server.Serve(listener)
	// Serve returns when the port is closed, GracefulStop when the calls are over.
	server.GracefulStop()
	lock.Lock()
	defer lock.Unlock()
	os.WriteFile(os.Getenv("COUNT_FILE"), []byte(strings.Join(ids, "\n")+"\n"), 0o644)
}
