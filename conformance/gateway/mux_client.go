// Clients of such a server, with Go's own HTTP client, grpc-go and coder/websocket: they print all that they see.
// mux_client HOST:PORT TOKEN, which may be empty
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sort"
	"strings"
	"time"

	"github.com/coder/websocket"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

var (
	address = os.Args[1]
	token   = os.Args[2]
)

// credential returns the header and the metadata of the token, if there is one.
func credential() (http.Header, metadata.MD) {
	if token == "" {
		return http.Header{}, metadata.MD{}
	}
	return http.Header{"Authorization": {"Bearer " + token}}, metadata.Pairs("authorization", "Bearer "+token)
}

// Fields that name the connection, the time or who carried the message.
var ignored = map[string]bool{"Date": true, "Via": true, "Connection": true, "Keep-Alive": true}

func show(what string, fields map[string][]string) {
	names := make([]string, 0, len(fields))
	for name := range fields {
		if !ignored[http.CanonicalHeaderKey(name)] {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Printf("  %s %s: %q\n", what, name, fields[name])
	}
}

func call(client *http.Client, method, path, content string, headers ...string) {
	request, _ := http.NewRequest(method, "http://"+address+path, strings.NewReader(content))
	request.Header, _ = credential()
	for at := 0; at < len(headers); at += 2 {
		request.Header.Set(headers[at], headers[at+1])
	}
	response, err := client.Do(request)
	if err != nil {
		fmt.Println(method, path, err)
		return
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	fmt.Printf("%s %s %s: %s, %d bytes, %.60q %v\n", response.Proto, method, path, response.Status, len(body), body, err)
	if len(response.Trailer) > 0 {
		// On HTTP/2 a server may say the length although trailers follow; on HTTP/1.1 it cannot.
		response.Header.Del("Content-Length")
	}
	show("header", response.Header)
	show("trailer", response.Trailer)
}

func http1and2() {
	for _, two := range []bool{false, true} {
		protocols := new(http.Protocols)
		protocols.SetHTTP1(!two)
		protocols.SetUnencryptedHTTP2(two)
		client := &http.Client{Transport: &http.Transport{Protocols: protocols}}
		call(client, "GET", "/ping", "")
		call(client, "HEAD", "/ping", "")
		call(client, "POST", "/copy", "hello")
		call(client, "POST", "/copy", strings.Repeat("x", 3<<20))
		call(client, "POST", "/copy", "waits", "Expect", "100-continue")
		call(client, "GET", "/events", "")
		call(client, "GET", "/file", "")
		call(client, "GET", "/file", "", "Range", "bytes=2-4")
		call(client, "GET", "/file", "", "If-Modified-Since", "Tue, 14 Nov 2023 22:13:20 GMT")
		call(client, "GET", "/teapot?a=1&b=%20", "")
	}
}

func authorized() context.Context {
	_, pairs := credential()
	return metadata.NewOutgoingContext(context.Background(), pairs)
}

func unary(channel *grpc.ClientConn, text string, timeout time.Duration) {
	ctx, cancel := context.WithTimeout(authorized(), timeout)
	defer cancel()
	var head, tail metadata.MD
	answer := new(wrapperspb.StringValue)
	err := channel.Invoke(ctx, "/Echo/Ping", &wrapperspb.StringValue{Value: text}, answer, grpc.Header(&head), grpc.Trailer(&tail))
	fmt.Printf("gRPC %s: %q %v %q\n", text, answer.Value, status.Code(err), status.Convert(err).Message())
	for _, detail := range status.Convert(err).Details() {
		fmt.Printf("  detail %v\n", strings.Join(strings.Fields(fmt.Sprint(detail)), " "))
	}
	if status.Code(err).String() != "DeadlineExceeded" {
		show("header", head)
		show("trailer", tail)
	}
}

func chat(channel *grpc.ClientConn) {
	ctx, cancel := context.WithTimeout(authorized(), 20*time.Second)
	defer cancel()
	stream, err := channel.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, "/Echo/Chat")
	for number := 0; err == nil && number < 100; number++ {
		answer := new(wrapperspb.StringValue)
		if err = stream.SendMsg(&wrapperspb.StringValue{Value: fmt.Sprint(number)}); err == nil {
			err = stream.RecvMsg(answer)
		}
		if err == nil && number%25 == 0 {
			fmt.Println("gRPC stream:", answer.Value)
		}
	}
	if err == nil {
		_ = stream.CloseSend()
		err = stream.RecvMsg(new(wrapperspb.StringValue))
	}
	fmt.Println("gRPC stream ended:", err)
}

func sockets() {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	for _, mode := range []websocket.CompressionMode{websocket.CompressionDisabled, websocket.CompressionContextTakeover} {
		header, _ := credential()
		socket, response, err := websocket.Dial(ctx, "ws://"+address+"/live", &websocket.DialOptions{
			HTTPHeader: header, Subprotocols: []string{"other", "echo"}, CompressionMode: mode})
		if err != nil {
			fmt.Println("socket:", err)
			return
		}
		socket.SetReadLimit(4 << 20)
		fmt.Println("socket:", response.Status, socket.Subprotocol())
		for _, message := range []string{`{"message":"hi"}`, "é", "", strings.Repeat("x", 500_000), "bye"} {
			for _, kind := range []websocket.MessageType{websocket.MessageText, websocket.MessageBinary} {
				if err = socket.Write(ctx, kind, []byte(message)); err != nil {
					break
				}
				var got websocket.MessageType
				var answer []byte
				if got, answer, err = socket.Read(ctx); err != nil {
					break
				}
				fmt.Printf("socket %v: %v %d %.60q\n", kind, got, len(answer), answer)
			}
		}
		var end websocket.CloseError
		fmt.Println("socket ended:", websocket.CloseStatus(err), err != nil && errors.As(err, &end), end.Reason)
	}
}

func main() {
	http1and2()
	channel, err := grpc.NewClient("dns:///"+address, grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithDisableRetry())
	if err != nil {
		panic(err)
	}
	unary(channel, "hi", 20*time.Second)
	unary(channel, "fail", 20*time.Second)
	unary(channel, "wait", 500*time.Millisecond)
	chat(channel)
	sockets()
}
