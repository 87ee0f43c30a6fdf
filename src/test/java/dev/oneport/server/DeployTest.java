package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.Balancer;
import dev.oneport.testing.CountingService;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestTls;
import dev.oneport.transport.http1.RawHttp;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A new server takes over from an old one again and again, under load of all protocols. No client
 * tries again, except where its protocol says that the server has not taken the call.
 */
@Timeout(180)
final class DeployTest {
  private static final int DEPLOYS = Integer.getInteger("oneport.test.deploys", 4);
  private static final Duration BETWEEN = Duration.ofMillis(400);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration PACE = Duration.ofMillis(2);
  private static final String YAML =
      """
      server: { grace-period: 8s, stream-grace: 1s }
      policy:
        rules:
          - { allow: [ anyone ], route: [ HTTP GET /count, HTTP POST /count, GRPC Count/One, WS /count ] }
      """;

  private final CountingService counting = new CountingService();
  private final AtomicLong ids = new AtomicLong();
  private final Set<String> answered = ConcurrentHashMap.newKeySet();
  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
  private volatile boolean over;

  @Test
  void nothingFailsAndNothingIsDoneTwice() throws Exception {
    var server = RunningServer.start(YAML, counting);
    try (var balancer = new Balancer(server.port())) {
      var port = balancer.port();
      var clients = new ArrayList<Thread>();
      for (int i = 0; i < 3; i++) {
        clients.add(Thread.ofVirtual().start(() -> http1(port)));
        clients.add(Thread.ofVirtual().start(() -> grpc(port)));
        clients.add(Thread.ofVirtual().start(() -> sockets(port)));
      }
      clients.add(Thread.ofVirtual().start(() -> http2(port)));
      var slowest = Duration.ZERO;
      for (int i = 0; i < DEPLOYS; i++) {
        Thread.sleep(BETWEEN);
        var next = RunningServer.start(YAML, counting);
        balancer.switchTo(next.port());
        var began = System.nanoTime();
        server.close();
        var took = Duration.ofNanos(System.nanoTime() - began);
        slowest = took.compareTo(slowest) > 0 ? took : slowest;
        server = next;
      }
      Thread.sleep(BETWEEN);
      over = true;
      for (var client : clients) {
        assertTrue(client.join(PATIENCE), "a client hangs");
      }
      assertTrue(slowest.compareTo(Duration.ofSeconds(10)) < 0, "a stop took " + slowest);
    } finally {
      over = true;
      server.close();
    }
    assertEquals(List.of(), failures.stream().limit(10).toList());
    assertEquals(Map.of(), counting.doneTwice());
    assertTrue(counting.done().containsAll(answered), "answered and not done");
    for (var protocol : List.of("HTTP_1_1", "HTTP_2", "gRPC", "WS")) {
      var count = answered.stream().filter(id -> id.startsWith(protocol)).count();
      assertTrue(count > 2L * DEPLOYS, protocol + ": " + count);
    }
  }

  private String id(String protocol) {
    return protocol + "-" + ids.incrementAndGet();
  }

  /** Keeps its connection until it is told to close it; never asks again. */
  private void http1(int port) {
    RawHttp kept = null;
    for (var post = false; !over; post = !post) {
      var id = id("HTTP_1_1");
      try {
        kept = kept == null ? RawHttp.connect(port) : kept;
        kept.send(request(post, id));
        var answer = kept.read();
        // RFC 9110 section 15.5.9: an idle connection was closed, and no request was taken.
        for (; answer.status() == 408; answer = kept.read()) {
          kept.close();
          kept = RawHttp.connect(port).send(request(post, id));
        }
        note(id, answer.body().equals(id) ? null : "HTTP " + answer.status());
        if (answer.header("connection").equals("close")) {
          kept.close();
          kept = null;
        }
      } catch (IOException e) {
        note(id, e.toString());
        kept = null;
      }
    }
  }

  private static String request(boolean post, String id) {
    return post
        ? "POST /count HTTP/1.1\r\nHost: x\r\nContent-Length: " + id.length() + "\r\n\r\n" + id
        : "GET /count?id=" + id + " HTTP/1.1\r\nHost: x\r\n\r\n";
  }

  /** The JDK sends a request again only if a GOAWAY said that its stream was not taken. */
  private void http2(int port) {
    try (var client = TestTls.http().version(Version.HTTP_2).build()) {
      while (!over) {
        var id = id("HTTP_2");
        var request =
            HttpRequest.newBuilder(TestTls.uri("http", port, "/count?id=" + id))
                .timeout(PATIENCE)
                .build();
        try {
          var status = client.send(request, BodyHandlers.ofString()).statusCode();
          note(id, status == 200 ? null : "HTTP " + status);
        } catch (IOException e) {
          note(id, e.toString());
        }
      }
    } catch (InterruptedException e) {
      failures.add("interrupted");
    }
  }

  /** Without a retry policy: gRPC itself repeats what a GOAWAY or a refused stream did not take. */
  private void grpc(int port) {
    ManagedChannel channel = TestTls.channel(port).build();
    try {
      while (!over) {
        var id = id("gRPC");
        try {
          var options =
              CallOptions.DEFAULT.withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS);
          ClientCalls.blockingUnaryCall(channel, CountingService.ONE, options, id);
          note(id, null);
        } catch (RuntimeException e) {
          note(id, e.toString());
        }
      }
    } finally {
      channel.shutdownNow();
    }
  }

  /** A message that was not answered before the close was not taken: the next socket gets it. */
  private void sockets(int port) {
    var id = id("WS");
    while (!over) {
      try (var client = TestTls.http().build()) {
        var answers = new Answers();
        var socket =
            client
                .newWebSocketBuilder()
                .buildAsync(TestTls.uri("ws", port, "/count"), answers)
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        id = talk(socket, answers, id);
        client.shutdownNow();
      } catch (Exception e) {
        failures.add(e.toString());
        return;
      }
    }
  }

  private String talk(WebSocket socket, Answers answers, String first) throws Exception {
    var id = first;
    while (!over) {
      var _ = socket.sendText(id, true);
      var answer = answers.queue.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (answer == null || answer.startsWith("closed")) {
        if (!"closed 1001".equals(answer)) {
          failures.add("WS " + answer);
        }
        return id;
      }
      note(id, answer.equals(id) ? null : "WS " + answer);
      id = id("WS");
    }
    return id;
  }

  /** Then waits a little: without it, the lines of the audit fill the memory of a test. */
  private void note(String id, @Nullable String failure) {
    if (failure == null) {
      answered.add(id);
    } else {
      failures.add(id + " " + failure);
    }
    LockSupport.parkNanos(PACE.toNanos());
  }

  private static final class Answers implements WebSocket.Listener {
    private final LinkedBlockingQueue<String> queue = new LinkedBlockingQueue<>();
    private final StringBuilder whole = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
      // The JDK hands over what a buffer holds, which may be less than the frame.
      whole.append(text);
      if (last) {
        queue.add(whole.toString());
        whole.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      queue.add("closed " + code);
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      queue.add("closed by " + error);
    }
  }
}
