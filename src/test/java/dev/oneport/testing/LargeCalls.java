package dev.oneport.testing;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import dev.oneport.sample.proto.EchoGrpc;
import dev.oneport.sample.proto.PingRequest;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Makes many calls at once, each of the maximum size, and counts the outcomes. */
public final class LargeCalls {
  private static final int MIB = 1 << 20;

  private final int port;

  public LargeCalls(int port) {
    this.port = port;
  }

  private static Map<String, Integer> outcomes(int calls, Callable<String> call) throws Exception {
    var outcomes = new ConcurrentHashMap<String, Integer>();
    var running = new ArrayList<Future<?>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int n = 0; n < calls; n++) {
        running.add(threads.submit(() -> outcomes.merge(outcome(call), 1, Integer::sum)));
      }
    }
    for (var each : running) {
      each.get();
    }
    return outcomes;
  }

  private static String outcome(Callable<String> call) {
    try {
      return call.call();
    } catch (Exception e) {
      return e.toString();
    }
  }

  /** Unary calls with a message of nearly 4 MiB, over ten connections. */
  public Map<String, Integer> grpc(int calls) throws Exception {
    var request = PingRequest.newBuilder().setMessage("x".repeat(4 * MIB - 64)).build();
    var channels =
        Stream.generate(
                () -> NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build())
            .limit(10)
            .toList();
    var turn = new AtomicInteger();
    try {
      return outcomes(
          calls,
          () -> {
            var channel = channels.get(turn.getAndIncrement() % channels.size());
            try {
              var _ = EchoGrpc.newBlockingStub(channel).ping(request);
              return "OK";
            } catch (StatusRuntimeException e) {
              return reason(e);
            }
          });
    } finally {
      channels.forEach(ManagedChannel::shutdownNow);
    }
  }

  private static String reason(StatusRuntimeException e) throws IOException {
    var status = StatusProto.fromThrowable(e);
    for (var detail : status == null ? List.<Any>of() : status.getDetailsList()) {
      if (detail.is(ErrorInfo.class)) {
        return detail.unpack(ErrorInfo.class).getReason();
      }
    }
    return e.getStatus().toString();
  }

  /** Uploads of 32 MiB that the handler reads completely. */
  public Map<String, Integer> http(int calls) throws Exception {
    return outcomes(calls, () -> post("/body", "application/octet-stream", new byte[MIB], 32));
  }

  /** Calls of a gRPC method with nearly 1 MiB of JSON. */
  public Map<String, Integer> json(int calls) throws Exception {
    var body = "{\"message\":\"" + "x".repeat(MIB - 64) + "\"}";
    var bytes = body.getBytes(StandardCharsets.US_ASCII);
    return outcomes(calls, () -> post("/Echo/Ping", "application/json", bytes, 1));
  }

  private String post(String path, String type, byte[] piece, int pieces) throws Exception {
    var head =
        "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
            .formatted(path, type, (long) piece.length * pieces);
    Thread sending;
    String status;
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      // The server may refuse and end the connection before everything is sent.
      sending = Thread.startVirtualThread(() -> send(socket, head, piece, pieces));
      status = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
    }
    sending.join();
    return status.length() < 12 ? "no answer" : status.substring(9);
  }

  private static void send(Socket socket, String head, byte[] piece, int pieces) {
    try {
      var out = socket.getOutputStream();
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      for (int n = 0; n < pieces; n++) {
        out.write(piece);
      }
    } catch (IOException e) {
      // The answer has the reason.
    }
  }

  /** Sockets that each send one message of nearly 1 MiB, all at once. */
  public Map<String, Integer> webSocket(int sockets) throws Exception {
    var message = "{\"message\":\"" + "x".repeat(MIB - 64) + "\"}";
    try (var client = HttpClient.newHttpClient()) {
      var open = new ArrayList<Asking>();
      for (int n = 0; n < sockets; n++) {
        open.add(new Asking(client, port));
      }
      var turn = new AtomicInteger();
      return outcomes(sockets, () -> open.get(turn.getAndIncrement()).ask(message));
    }
  }

  private static final class Asking implements WebSocket.Listener {
    private final CompletableFuture<String> outcome = new CompletableFuture<>();
    private final WebSocket socket;

    Asking(HttpClient client, int port) {
      socket =
          client
              .newWebSocketBuilder()
              .buildAsync(URI.create("ws://127.0.0.1:" + port + "/ws"), this)
              .join();
    }

    String ask(String message) throws Exception {
      var _ = socket.sendText(message, true);
      var got = outcome.get();
      socket.abort();
      return got;
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      if (last) {
        outcome.complete("answer");
      }
      return WebSocket.Listener.super.onText(from, data, last);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String text) {
      outcome.complete(String.valueOf(code));
      return WebSocket.Listener.super.onClose(from, code, text);
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      outcome.complete(error.toString());
    }
  }
}
