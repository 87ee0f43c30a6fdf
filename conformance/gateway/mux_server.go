// A server of the kind that OnePort replaces or stands before: HTTP, gRPC and WebSocket on one port, told apart by the
// request. It checks no tokens. mux_server ADDRESS
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/coder/websocket"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// Text has the wire format of Echo's messages: one string, field 1.
type Text = wrapperspb.StringValue

func ping(_ any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
	request := new(Text)
	if err := decode(request); err != nil {
		return nil, err
	}
	_ = grpc.SetHeader(ctx, metadata.Pairs("x-head", "1", "x-head", "2", "x-bytes-bin", "\x00\xff"))
	_ = grpc.SetTrailer(ctx, metadata.Pairs("x-tail", "end"))
	switch request.Value {
	case "fail":
		failure, _ := status.New(codes.FailedPrecondition, "not now: é").WithDetails(&errdetails.ErrorInfo{Reason: "LATER", Domain: "go"})
		return nil, failure.Err()
	case "wait":
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return &Text{Value: "pong"}, nil
}

func chat(_ any, stream grpc.ServerStream) error {
	for {
		message := new(Text)
		if err := stream.RecvMsg(message); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if err := stream.SendMsg(message); err != nil {
			return err
		}
	}
}

var echo = grpc.ServiceDesc{
	ServiceName: "Echo",
	HandlerType: (*any)(nil),
	Methods:     []grpc.MethodDesc{{MethodName: "Ping", Handler: ping}},
	Streams:     []grpc.StreamDesc{{StreamName: "Chat", Handler: chat, ServerStreams: true, ClientStreams: true}},
}

func socket(w http.ResponseWriter, r *http.Request) {
	connection, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"echo"}, CompressionMode: websocket.CompressionContextTakeover})
	if err != nil {
		return
	}
	defer connection.CloseNow()
	connection.SetReadLimit(1 << 20)
	for {
		kind, message, err := connection.Read(r.Context())
		if err != nil {
			return
		}
		if string(message) == "bye" {
			connection.Close(4005, "as you wish")
			return
		}
		answer := message
		if kind == websocket.MessageText && json.Valid(message) {
			answer = fmt.Appendf(nil, `{"request":%s,"message":"pong"}`, message)
		}
		if connection.Write(r.Context(), kind, answer) != nil {
			return
		}
	}
}

func routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /ping", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"message":"pong"}`)
	})
	mux.HandleFunc("POST /copy", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Trailer", "X-Tail")
		w.WriteHeader(http.StatusCreated)
		_, _ = io.Copy(w, r.Body)
		w.Header().Set("X-Tail", "end")
	})
	mux.HandleFunc("GET /events", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for number := range 3 {
			fmt.Fprintf(w, "data: %d\n\n", number)
			w.(http.Flusher).Flush()
			time.Sleep(50 * time.Millisecond)
		}
	})
	mux.HandleFunc("GET /file", func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, "file.txt", time.Unix(1_700_000_000, 0), strings.NewReader("0123456789"))
	})
	mux.HandleFunc("GET /teapot", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "short and stout", http.StatusTeapot) })
	mux.HandleFunc("GET /live", socket)
	return mux
}

func main() {
	calls := grpc.NewServer()
	calls.RegisterService(&echo, nil)
	others := routes()
	server := http.Server{Addr: os.Args[1], Protocols: new(http.Protocols), Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor == 2 && strings.HasPrefix(r.Header.Get("Content-Type"), "application/grpc") {
			calls.ServeHTTP(w, r)
		} else {
			others.ServeHTTP(w, r)
		}
	})}
	server.Protocols.SetHTTP1(true)
	server.Protocols.SetUnencryptedHTTP2(true)
	log.Fatal(server.ListenAndServe())
}
