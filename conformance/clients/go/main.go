// Calls OnePort with grpc-go, without retries, and prints one line of JSON for each case.
package main

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// Messages are bytes: the client needs no generated code.
type raw struct{}

func (raw) Name() string                      { return "proto" }
func (raw) Marshal(v any) ([]byte, error)      { return *v.(*[]byte), nil }
func (raw) Unmarshal(data []byte, v any) error { *v.(*[]byte) = data; return nil }

// text returns a message whose first field is a string of that length.
func text(size int) *[]byte {
	bytes := append(binary.AppendUvarint([]byte{0x0a}, uint64(size)), strings.Repeat("x", size)...)
	return &bytes
}

var both = &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}

type tester struct {
	channel *grpc.ClientConn
	tokens  map[string]string
}

func (t tester) call(token string) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	if token != "" {
		ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+t.tokens[token])
	}
	return ctx, cancel
}

func (t tester) unary(token, method string, message *[]byte, options ...grpc.CallOption) error {
	ctx, cancel := t.call(token)
	defer cancel()
	return t.channel.Invoke(ctx, method, message, new([]byte), options...)
}

// stream sends messages and counts the answers; it cancels the call after that many unless that is 0.
func (t tester) stream(method string, sent []*[]byte, deadline time.Duration, cancelAfter int) (int, error) {
	ctx, cancel := t.call("good")
	defer cancel()
	if deadline > 0 {
		var end context.CancelFunc
		ctx, end = context.WithTimeout(ctx, deadline)
		defer end()
	}
	stream, err := t.channel.NewStream(ctx, both, method)
	if err != nil {
		return 0, err
	}
	for _, message := range sent {
		if err := stream.SendMsg(message); err != nil {
			break
		}
	}
	stream.CloseSend()
	for count := 0; ; count++ {
		if err := stream.RecvMsg(new([]byte)); err == io.EOF {
			return count, nil
		} else if err != nil {
			return count, err
		}
		if count+1 == cancelAfter {
			cancel()
		}
	}
}

func (t tester) many(calls int) error {
	failures := make(chan error, calls)
	var group sync.WaitGroup
	for range calls {
		group.Go(func() { failures <- t.unary("good", "/Echo/Ping", text(2)) })
	}
	group.Wait()
	close(failures)
	for err := range failures {
		if err != nil {
			return err
		}
	}
	return nil
}

func (t tester) metadata() error {
	ctx, cancel := t.call("")
	defer cancel()
	ctx = metadata.AppendToOutgoingContext(ctx,
		"x-grpc-test-echo-initial", "first", "x-grpc-test-echo-trailing-bin", "\x00\xff")
	var header, trailer metadata.MD
	err := t.channel.Invoke(ctx, "/grpc.testing.TestService/UnaryCall", &[]byte{}, new([]byte),
		grpc.Header(&header), grpc.Trailer(&trailer))
	if err == nil && (header.Get("x-grpc-test-echo-initial")[0] != "first" ||
		trailer.Get("x-grpc-test-echo-trailing-bin")[0] != "\x00\xff") {
		return fmt.Errorf("got %v and %v", header, trailer)
	}
	return err
}

// name is the code as gRPC's documentation spells it.
func name(err error) string {
	var spelled strings.Builder
	code := status.Code(err).String()
	for i, letter := range code {
		if i > 0 && letter >= 'A' && letter <= 'Z' && code != "OK" {
			spelled.WriteByte('_')
		}
		spelled.WriteRune(letter)
	}
	return strings.Replace(strings.ToUpper(spelled.String()), "CANCELED", "CANCELLED", 1)
}

func print(test string, err error, counts ...int) {
	got := name(err)
	for _, count := range counts {
		got = fmt.Sprintf("%s, %d", got, count)
	}
	line, _ := json.Marshal(map[string]string{"case": test, "got": got, "detail": fmt.Sprint(err)})
	fmt.Println(string(line))
}

func main() {
	var t tester
	if err := json.Unmarshal([]byte(os.Getenv("ONEPORT_TOKENS")), &t.tokens); err != nil {
		panic(err)
	}
	channel, err := grpc.NewClient("127.0.0.1:"+os.Args[1], grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDisableRetry(), grpc.WithDefaultCallOptions(grpc.ForceCodec(raw{}), grpc.MaxCallRecvMsgSize(8<<20)))
	if err != nil {
		panic(err)
	}
	defer channel.Close()
	t.channel = channel
	pings := make([]*[]byte, 10)
	for i := range pings {
		pings[i] = text(2)
	}
	print("unary", t.unary("good", "/Echo/Ping", text(2)))
	print("no token", t.unary("", "/Echo/Ping", text(2)))
	print("expired token", t.unary("expired", "/Echo/Ping", text(2)))
	print("wrong caller", t.unary("wrong", "/Echo/Ping", text(2)))
	print("unknown method", t.unary("good", "/Echo/Nothing", text(2)))
	watch := []*[]byte{{0x10, 5}}
	endless := []*[]byte{{0x18, 20}}
	count, err := t.stream("/Echo/Watch", watch, 0, 0)
	print("server stream", err, count)
	count, err = t.stream("/Echo/Collect", pings, 0, 0)
	print("client stream", err, count)
	chat := make([]*[]byte, 10)
	for i := range chat {
		chat[i] = &[]byte{0x08, byte(i + 1)}
	}
	count, err = t.stream("/Echo/Chat", chat, 0, 0)
	print("both ways", err, count)
	_, err = t.stream("/Echo/Watch", endless, 500*time.Millisecond, 0)
	print("deadline", err)
	_, err = t.stream("/Echo/Watch", endless, 0, 3)
	print("cancel", err)
	print("metadata", t.metadata())
	print("message near the limit", t.unary("good", "/Echo/Ping", text(4<<20-64)))
	print("message over the limit", t.unary("good", "/Echo/Ping", text(4<<20)))
	print("500 at once", t.many(500))
}
