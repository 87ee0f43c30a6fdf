package main

import (
	"context"
	"encoding/json"
	"flag"
	"log"
	"net/http"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

const text = "a message of forty bytes, as in a chat.."

// An exchange sends one message and waits for its answers; it returns how many messages came back.
type exchange func() (int, error)

// A result is printed as JSON: messages answered, seconds, and percentiles in milliseconds.
type result struct {
	Count   int     `json:"count"`
	Seconds float64 `json:"seconds"`
	P50     float64 `json:"p50"`
	P99     float64 `json:"p99"`
	Errors  int     `json:"errors"`
}

func load(arguments []string) {
	flags := flag.NewFlagSet("load", flag.ExitOnError)
	kind := flags.String("kind", "chat", "chat, watch or socket")
	target := flags.String("target", "", "host:port")
	connections := flags.Int("connections", 8, "")
	streams := flags.Int("streams", 8, "on each connection, for gRPC")
	seconds := flags.Float64("seconds", 3, "")
	warm := flags.Float64("warm", 0.5, "seconds that do not count")
	rate := flags.Float64("rate", 0, "messages per second of all together; 0 for as many as possible")
	_ = flags.Parse(arguments)
	token := os.Getenv("ONEPORT_TOKEN")
	var exchanges []exchange
	for range *connections {
		if *kind == "socket" {
			exchanges = append(exchanges, socket(*target, token))
		} else {
			exchanges = append(exchanges, calls(*kind, *target, token, *streams)...)
		}
	}
	from := time.Now().Add(time.Duration(*warm * float64(time.Second)))
	until := from.Add(time.Duration(*seconds * float64(time.Second)))
	var interval time.Duration
	if *rate > 0 {
		interval = time.Duration(float64(len(exchanges)) / *rate * float64(time.Second))
	}
	_ = json.NewEncoder(os.Stdout).Encode(measure(exchanges, from, until, interval))
}

func measure(exchanges []exchange, from, until time.Time, interval time.Duration) result {
	var lock sync.Mutex
	var all []time.Duration
	total := result{Seconds: until.Sub(from).Seconds()}
	var group sync.WaitGroup
	for i, exchange := range exchanges {
		group.Add(1)
		go func() {
			defer group.Done()
			offset := interval * time.Duration(i) / time.Duration(len(exchanges))
			times, count, err := repeat(exchange, from, until, interval, offset)
			lock.Lock()
			defer lock.Unlock()
			all = append(all, times...)
			total.Count += count
			if err != nil {
				log.Print(err)
				total.Errors++
			}
		}()
	}
	group.Wait()
	slices.Sort(all)
	if len(all) > 0 {
		total.P50 = float64(all[len(all)/2].Nanoseconds()) / 1e6
		total.P99 = float64(all[len(all)*99/100].Nanoseconds()) / 1e6
	}
	return total
}

// repeat runs an exchange until the end. At a fixed rate the times count from when the message was due.
func repeat(run exchange, from, until time.Time, interval, offset time.Duration) (times []time.Duration, count int, err error) {
	due := time.Now().Add(offset)
	for due.Before(until) {
		if interval > 0 {
			time.Sleep(time.Until(due))
		} else {
			due = time.Now()
		}
		got, err := run()
		now := time.Now()
		if err != nil {
			return times, count, err
		}
		if now.After(from) && now.Before(until) {
			times = append(times, now.Sub(due))
			count += got
		}
		due = due.Add(interval)
	}
	return times, count, nil
}

func calls(kind, target, token string, streams int) []exchange {
	connection, err := grpc.NewClient("passthrough:///"+target, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		log.Fatal(err)
	}
	ctx := metadata.AppendToOutgoingContext(context.Background(), "authorization", "Bearer "+token)
	var exchanges []exchange
	for range streams {
		if kind == "watch" {
			exchanges = append(exchanges, func() (int, error) { return watchAll(ctx, connection) })
		} else {
			exchanges = append(exchanges, talk(ctx, connection))
		}
	}
	return exchanges
}

func talk(ctx context.Context, connection *grpc.ClientConn) exchange {
	stream, err := connection.NewStream(ctx, &chat, "/bench.Bench/Chat")
	if err != nil {
		log.Fatal(err)
	}
	message := wrapperspb.String(text)
	return func() (int, error) {
		if err := stream.SendMsg(message); err != nil {
			return 0, err
		}
		return 1, stream.RecvMsg(new(wrapperspb.StringValue))
	}
}

func watchAll(ctx context.Context, connection *grpc.ClientConn) (int, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := connection.NewStream(ctx, &watch, "/bench.Bench/Watch")
	if err == nil {
		err = stream.SendMsg(wrapperspb.String(text))
	}
	if err == nil {
		err = stream.CloseSend()
	}
	message := new(wrapperspb.StringValue)
	for i := 0; i < Watched && err == nil; i++ {
		err = stream.RecvMsg(message)
	}
	return Watched, err
}

func socket(target, token string) exchange {
	header := http.Header{"Authorization": []string{"Bearer " + token}}
	connection, _, err := websocket.DefaultDialer.Dial("ws://"+target+"/live", header)
	if err != nil {
		log.Fatal(err)
	}
	return func() (int, error) {
		if err := connection.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
			return 0, err
		}
		_, _, err := connection.ReadMessage()
		return 1, err
	}
}
