package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"

	"github.com/gorilla/websocket"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// Watched is how many messages a call of Watch gets.
const Watched = 1000

var chat = grpc.StreamDesc{StreamName: "Chat", Handler: echoStream, ServerStreams: true, ClientStreams: true}
var watch = grpc.StreamDesc{StreamName: "Watch", Handler: sendMany, ServerStreams: true}

// bench is a service without generated code, so that it needs no compiler for .proto files.
var bench = grpc.ServiceDesc{
	ServiceName: "bench.Bench",
	HandlerType: (*any)(nil),
	Methods:     []grpc.MethodDesc{{MethodName: "Ping", Handler: ping}},
	Streams:     []grpc.StreamDesc{chat, watch},
}

func ping(_ any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
	request := new(wrapperspb.StringValue)
	return request, decode(request)
}

func echoStream(_ any, stream grpc.ServerStream) error {
	message := new(wrapperspb.StringValue)
	for {
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

func sendMany(_ any, stream grpc.ServerStream) error {
	message := new(wrapperspb.StringValue)
	if err := stream.RecvMsg(message); err != nil {
		return err
	}
	for range Watched {
		if err := stream.SendMsg(message); err != nil {
			return err
		}
	}
	return nil
}

func echoSocket(w http.ResponseWriter, r *http.Request) {
	socket, err := new(websocket.Upgrader).Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer socket.Close()
	for {
		kind, message, err := socket.ReadMessage()
		if err != nil || socket.WriteMessage(kind, message) != nil {
			return
		}
	}
}

// serve prints the ports of gRPC and WebSocket, and runs until it is ended.
func serve() {
	calls, sockets := listen(), listen()
	fmt.Println(calls.Addr().(*net.TCPAddr).Port, sockets.Addr().(*net.TCPAddr).Port)
	server := grpc.NewServer(grpc.MaxConcurrentStreams(1000))
	server.RegisterService(&bench, nil)
	go func() { log.Fatal(server.Serve(calls)) }()
	log.Fatal(http.Serve(sockets, http.HandlerFunc(echoSocket)))
}

func listen() net.Listener {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	return listener
}
