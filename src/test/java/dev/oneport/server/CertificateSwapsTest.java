package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.certificates.SelfSigned;
import dev.oneport.certificates.ServerCertificate;
import dev.oneport.sample.EchoService;
import dev.oneport.testing.GrpcProbe;
import dev.oneport.testing.HttpProbe;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestTls;
import dev.oneport.testing.TextSocket;
import dev.oneport.testing.WebSocketProbe;
import dev.oneport.transport.http2.Await;
import java.io.IOException;
import java.net.http.HttpClient.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The certificate changes again and again under load of all protocols, on new and on open
 * connections. No client tries again.
 */
@Timeout(600)
final class CertificateSwapsTest {
  private static final int SWAPS = Integer.getInteger("oneport.test.swaps", 6);

  /** The load: one call of each kind in this time, or more slowly on a busy machine. */
  private static final Duration PACE = Duration.ofMillis(20);

  private final List<ServerCertificate> pairs = List.of(pair(), pair());
  private final Map<String, AtomicLong> calls = new LinkedHashMap<>();
  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
  private volatile boolean over;

  @TempDir private Path folder;

  /** A call; returns OK, or what is wrong. */
  private interface Call {
    String run() throws Exception;
  }

  private static ServerCertificate pair() {
    return SelfSigned.forThisMachine(Instant.now(), Duration.ofDays(100));
  }

  @Test
  void noCallFails() throws Exception {
    mount();
    try (var server = RunningServer.start(yaml(folder), new EchoService())) {
      TestTls.opened(server.port());
      var load = TestTls.trusting(pairs).call(() -> load(server.port()));
      try {
        for (var swap = 1; swap <= SWAPS; swap++) {
          var next = pairs.get(swap % 2);
          replace(next, swap);
          Await.until("the other certificate", () -> shows(server.port(), next));
          awaitCalls();
        }
      } finally {
        over = true;
        for (var thread : load) {
          thread.join();
        }
      }
      assertEquals(List.of(), List.copyOf(failures));
      System.out.println(SWAPS + " swaps of the certificate, calls: " + calls);
    }
  }

  /** Kubernetes mounts a secret as links into a folder, behind one link that it exchanges. */
  private void mount() throws IOException {
    TestTls.write(pairs.getFirst(), Files.createDirectory(folder.resolve("..0")));
    Files.createSymbolicLink(folder.resolve("..data"), Path.of("..0"));
    for (var name : List.of("certificate.pem", "key.pem")) {
      Files.createSymbolicLink(folder.resolve(name), Path.of("..data", name));
    }
  }

  /** By renaming both files and by exchanging the folder, in turn. */
  private void replace(ServerCertificate pair, int swap) throws IOException {
    var next = TestTls.write(pair, Files.createDirectory(folder.resolve(".." + swap)));
    var current = folder.resolve("..data").toRealPath();
    if (swap / 2 % 2 == 0) {
      for (var name : List.of("certificate.pem", "key.pem")) {
        Files.move(next.resolve(name), current.resolve(name), StandardCopyOption.ATOMIC_MOVE);
      }
      Files.delete(next);
      return;
    }
    var link = Files.createSymbolicLink(folder.resolve("..tmp"), next.getFileName());
    Files.move(link, folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    Files.delete(current.resolve("certificate.pem"));
    Files.delete(current.resolve("key.pem"));
    Files.delete(current);
  }

  private List<Thread> load(int port) throws Exception {
    var threads = new ArrayList<Thread>();
    var sockets = new WebSocketProbe(port);
    threads.add(client("HTTP/1.1, new", () -> status(RawHttp.get(port, "/ping").status())));
    threads.add(client("gRPC, new", () -> onNewChannel(port)));
    threads.add(client("WebSocket, new", () -> sockets.open("/ws", List.of()).reason()));
    threads.add(client("HTTP/1.1, open", kept(new HttpProbe(port, Version.HTTP_1_1))));
    threads.add(client("HTTP/2, open", kept(new HttpProbe(port, Version.HTTP_2))));
    var channel = new GrpcProbe(port, false);
    threads.add(client("gRPC, open", () -> channel.call("Echo/Ping")));
    var socket = TextSocket.open(port, "/ws");
    threads.add(client("WebSocket, open", () -> pong(socket.ask("{\"message\":\"x\"}"))));
    return threads;
  }

  private static Call kept(HttpProbe client) {
    return () -> client.call("ping", List.of()).reason();
  }

  private static String status(int status) {
    return status == 200 ? "OK" : String.valueOf(status);
  }

  private static String yaml(Path folder) {
    return """
        server: { tls: { certificate: "%s/certificate.pem", key: "%s/key.pem" } }
        policy:
          rules:
            - { allow: [ anyone ], route: [ HTTP GET /ping, GRPC Echo/*, WS /ws ] }
        """
        .formatted(folder, folder);
  }

  private static String pong(@Nullable String answer) {
    return answer != null && answer.contains("pong") ? "OK" : String.valueOf(answer);
  }

  private static String onNewChannel(int port) {
    try (var channel = new GrpcProbe(port, false)) {
      return channel.call("Echo/Ping");
    }
  }

  private Thread client(String name, Call call) {
    var done = new AtomicLong();
    calls.put(name, done);
    return Thread.ofVirtual()
        .name(name)
        .start(() -> TestTls.trusting(pairs).run(() -> call(name, call, done)));
  }

  private void call(String name, Call call, AtomicLong done) {
    while (!over) {
      try {
        var result = call.run();
        if (!result.equals("OK")) {
          failures.add(name + ": " + result);
        }
      } catch (Exception e) {
        failures.add(name + ": " + e);
      }
      done.incrementAndGet();
      LockSupport.parkNanos(PACE.toNanos());
    }
  }

  /** Waits until each client has begun and ended a call with the certificate that is now in use. */
  private void awaitCalls() {
    calls.forEach(
        (name, done) -> {
          var before = done.get();
          Await.until(name, () -> done.get() >= before + 2);
        });
  }

  private boolean shows(int port, ServerCertificate pair) {
    return TestTls.trusting(List.of(pair))
        .call(
            () -> {
              try (var _ = TestTls.connect(port)) {
                return true;
              } catch (IOException _) {
                return false;
              }
            });
  }
}
