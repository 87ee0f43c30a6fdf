package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.testing.RunningServer;
import dev.oneport.transport.http1.RawHttp;
import dev.oneport.transport.http2.Await;
import jakarta.json.Json;
import java.io.StringReader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is refused on a forwarded route is answered as on a mounted one, and leaves one audit line,
 * though no upstream is there.
 */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
final class ForwardedRefusalsTest {
  private static final String YAML =
      """
      server: { max-body-size: 2KiB, max-header-size: 4KiB }
      upstreams: { web: { url: "http://127.0.0.1:1" }, calls: { url: "h2c://127.0.0.1:1" } }
      forward:
        - { route: HTTP * /a/**, to: web }
        - { route: WS /live, to: web }
        - { route: GRPC ledger.v1.Ledger/*, to: calls }
      policy:
        rules:
          - { allow: [ anyone ], route: [ HTTP POST /a/**, HTTP GET /a/**, WS /live, GRPC ledger.v1.Ledger/* ] }
      """;

  private static final String LARGE = "X: " + "x".repeat(5000);
  private final RunningServer server = RunningServer.start(YAML);

  @AfterAll
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          POST /a/b                   | Content-Length: 5000                                  | 413 HTTP POST /a/** /a/b 413
          POST /a/b                   | Expect: something                                     | 417 HTTP POST /a/** /a/b 417
          GET /a/b                    | LARGE                                                 | 431 HTTP GET /a/** /a/b 431
          POST /a/b                   | Transfer-Encoding: x, chunked                         | 501 HTTP POST /a/** /a/b 501
          GET /live                   | LARGE                                                 | 431 WS /live /live 431
          POST /ledger.v1.Ledger/Post | Content-Type: application/grpc-web,Content-Length: 5000 | 413 GRPC ledger.v1.Ledger/* /ledger.v1.Ledger/Post RESOURCE_EXHAUSTED
          POST /ledger.v1.Ledger/Post | Content-Type: application/proto,LARGE                 | 431 GRPC ledger.v1.Ledger/* /ledger.v1.Ledger/Post INVALID_ARGUMENT
          POST /ledger.v1.Ledger/Post | Content-Type: text/plain                              | 415 GRPC ledger.v1.Ledger/* /ledger.v1.Ledger/Post INVALID_ARGUMENT
          GET /a/b                    | X: y                                                  | 502 HTTP GET /a/** /a/b 502
          """)
  void aRefusalHasOneLine(String request, String headers, String expected) throws Exception {
    int before = server.audit().lines().size();
    var status = send(request, headers);
    Await.until("a line", () -> server.audit().lines().size() > before);
    var lines = server.audit().lines();
    assertEquals(before + 1, lines.size());
    assertEquals(expected, status + " " + said(lines.getLast()));
  }

  @ParameterizedTest
  @CsvSource({
    "GET /ledger.v1.Ledger/Post,405",
    "GET /ledger.v1.Other/Post,404",
    "PUT /a/b,405",
    "GET /live,426",
    "POST /b,404"
  })
  void whatIsNoCallOfARouteIsAnsweredAlike(String request, int expected) throws Exception {
    assertEquals(expected, send(request, "X: y"));
  }

  private int send(String request, String headers) throws Exception {
    try (var client = RawHttp.connect(server.port())) {
      var head = new StringBuilder(request + " HTTP/1.1\r\nHost: a\r\n");
      for (var header : headers.split(",(?=[A-Z])", -1)) {
        head.append(header.equals("LARGE") ? LARGE : header).append("\r\n");
      }
      return client.send(head.append("\r\n").toString()).read().status();
    }
  }

  private static String said(String line) {
    try (var reader = Json.createReader(new StringReader(line))) {
      var call = reader.readObject().getJsonObject("call");
      var path = call.getString("path", "");
      return call.getString("route")
          + (path.isEmpty() ? " " : " " + path + " ")
          + call.getString("status");
    }
  }
}
