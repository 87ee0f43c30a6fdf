package dev.oneport.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.testing.LoggedFailures;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestTls;
import dev.oneport.transport.http2.RawClient;
import dev.oneport.transport.http2.frames.ErrorCode;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import jakarta.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that leaves is not the server's failure, and a broken backend is not the client's. */
final class ClientLeavesTest {
  private static final int SECONDS = 20;
  private static final String YAML =
      "policy: { rules: [ { allow: [ anyone ], route: [ HTTP GET /*, HTTP POST /* ] } ] }";

  private final CountDownLatch began = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final RunningServer server =
      RunningServer.start(
          YAML,
          port ->
              port.http()
                  .get("/stream", this::stream)
                  .get("/swallow", this::swallow)
                  .get("/sleep", this::sleep)
                  .get("/ignore", this::ignore)
                  .post("/answered", this::answered)
                  .post("/read", this::read)
                  .post("/both", this::both)
                  .get("/backend", (_, _) -> backend()));

  @AfterEach
  void stop() {
    server.close();
  }

  private void stream(ServerRequest request, ServerResponse response) throws IOException {
    try (var out = response.outputStream()) {
      while (true) {
        out.write(new byte[1000]);
        out.flush();
        began.countDown();
      }
    } finally {
      ended.countDown();
    }
  }

  /** As many handlers do that stream until somebody leaves. */
  private void swallow(ServerRequest request, ServerResponse response) throws IOException {
    try {
      stream(request, response);
    } catch (RuntimeException | IOException _) {
      // it is over
    }
  }

  private void sleep(ServerRequest request, ServerResponse response) throws InterruptedException {
    began.countDown();
    try {
      TimeUnit.SECONDS.sleep(SECONDS);
    } finally {
      ended.countDown();
    }
  }

  private void read(ServerRequest request, ServerResponse response) throws IOException {
    began.countDown();
    try {
      request.content().inputStream().transferTo(OutputStream.nullOutputStream());
    } finally {
      ended.countDown();
    }
  }

  private void both(ServerRequest request, ServerResponse response) throws IOException {
    var out = response.outputStream();
    out.write('x');
    out.flush();
    read(request, response);
  }

  private void ignore(ServerRequest request, ServerResponse response) {
    try {
      sleep(request, response);
    } catch (InterruptedException _) {
      response.send("too late");
    }
  }

  /** Keeps the interrupt, as handlers should that do not end with it. */
  private void answered(ServerRequest request, ServerResponse response) {
    response.send(request.content().as(String.class));
    try {
      sleep(request, response);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static void backend() {
    throw new UncheckedIOException(new ConnectException("the backend is not there"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET /stream", "GET /swallow", "POST /read", "POST /both"})
  void onHttp1ItIsCancelled(String request) throws Exception {
    leaveOnHttp1(request, true);
  }

  /** The system takes an answer to a client that has closed its end. */
  @Test
  void onHttp1ItIsCancelledEvenIfItCanStillBeAnswered() throws Exception {
    leaveOnHttp1("GET /ignore", false);
  }

  /** Helidon would take the interrupt for one of its own, and log a failure. */
  @Test
  void onHttp1ACompleteAnswerIsNoFailure() throws Exception {
    try (var failures = new LoggedFailures("io.helidon", "dev.oneport")) {
      try (var socket = TestTls.connect(server.port())) {
        var request = "POST /answered HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n~";
        socket.getOutputStream().write(request.getBytes(US_ASCII));
        while (socket.getInputStream().read() != '~') {
          // Up to the content.
        }
      }
      ended.await();
      assertEquals(List.of("200 OK INFO"), audit());
      assertEquals(List.of(), failures.all());
    }
  }

  private void leaveOnHttp1(String request, boolean reset) throws Exception {
    try (var socket = TestTls.connect(server.port())) {
      var rest = request.startsWith("POST") ? "Content-Length: 10\r\n\r\nxxx" : "\r\n";
      socket
          .getOutputStream()
          .write((request + " HTTP/1.1\r\nHost: x\r\n" + rest).getBytes(US_ASCII));
      began.await();
      socket.setSoLinger(reset, 0);
    }
    ended.await();
    assertEquals(List.of("499 CANCELLED INFO"), audit());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /stream",
        "GET /swallow",
        "GET /sleep",
        "GET /ignore",
        "POST /read",
        "POST /both"
      })
  void onHttp2ItIsCancelled(String request) throws Exception {
    var words = request.split(" ", -1);
    try (var client = RawClient.connect(server.port())) {
      client.request(1, words[0].equals("GET"), words[0], words[1]);
      began.await();
      client.reset(1, ErrorCode.CANCEL);
      ended.await();
    }
    assertEquals(List.of("499 CANCELLED INFO"), audit());
  }

  @Test
  void aHandlerWhoseOwnConnectionBreaksHasFailed() throws Exception {
    try (var client = RawClient.connect(server.port())) {
      client.request(1, true, "GET", "/backend");
      assertEquals("500", client.response(1).status());
    }
    assertEquals(List.of("500 INTERNAL ERROR"), audit());
  }

  private List<String> audit() {
    server.close();
    return server.audit().lines().stream()
        .map(line -> Json.createReader(new StringReader(line)).readObject())
        .filter(line -> line.getJsonObject("call").getString("event").equals("ended"))
        .map(
            line ->
                line.getJsonObject("call").getString("status")
                    + " "
                    + line.getJsonObject("call").getString("code")
                    + " "
                    + line.getString("severity"))
        .toList();
  }
}
