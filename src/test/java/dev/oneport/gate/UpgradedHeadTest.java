package dev.oneport.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.api.Mount;
import dev.oneport.api.Service;
import dev.oneport.testing.RunningServer;
import dev.oneport.transport.http1.RawHttp;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.websocket.WsListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * An open socket has let go of the request that opened it: its head counts against the memory of
 * heads until the upgrade only, so that clients must not be able to fill the heap with sockets.
 */
@Timeout(120)
final class UpgradedHeadTest {
  private static final int SOCKETS = 60;
  private static final int TRIES = 5;
  private static final int LARGE = 60_000;

  private static final class Sockets implements Service {
    @Override
    public void mount(Mount port) {
      port.webSocket("/ws", Silent::new);
      port.webSocket("/slow", Slow::new);
      port.webSocket("/of/{tenant}", Silent::new);
    }
  }

  private static class Silent implements WsListener {}

  /** Takes so long to decide that the connection is read ahead, to notice a client that left. */
  private static final class Slow implements WsListener {
    @Override
    public Optional<Headers> onHttpUpgrade(HttpPrologue prologue, Headers headers) {
      try {
        TimeUnit.MILLISECONDS.sleep(500);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return Optional.empty();
    }
  }

  @AutoClose
  private final RunningServer server =
      RunningServer.startPlain(
          """
          server:
            max-header-size: 64KiB
            http1: { max-request-line: 64KiB }
          policy:
            rules:
              - { allow: [ anyone ], route: [ WS /ws, WS /slow, HTTP GET /metrics ] }
              - allow: [ anyone ]
                route: WS /of/{tenant}
                when: "request.params.tenant != 'x'"
          """,
          new Sockets());

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "a header|/ws|X-Large: LARGE|",
        "a header, and a byte after the head|/ws|X-Large: LARGE|x",
        "a token|/ws|Authorization: Bearer LARGE|",
        "a cookie|/ws|Cookie: a=LARGE|",
        "a user agent|/ws|User-Agent: LARGE|",
        "subprotocols|/ws|Sec-WebSocket-Protocol: LARGE|",
        "a trace's state|/ws|tracestate: a=LARGE|",
        "the query|/ws?LARGE|X-Small: 1|",
        "the query beside a variable|/of/me?LARGE|X-Small: 1|",
        "a header of a slow upgrade|/slow|X-Large: LARGE|",
      })
  void aHeadIsLetGo(String name, String path, String field, String more) throws Exception {
    var kept = kept(path, field, more == null ? "" : more);
    assertTrue(kept < LARGE / 4, () -> name + " keeps " + kept + " bytes");
  }

  @Test
  void aHostIsNoLongerThanAName() {
    var arrival = Perimeter.open().arrival(null, _ -> List.of(), "a".repeat(LARGE));
    assertEquals(255, arrival.host().length());
  }

  /** The heap that each of many sockets takes beyond that of one with a small head. */
  private long kept(String path, String field, String more) throws Exception {
    var least = Long.MAX_VALUE;
    // Cold code has deeper stacks, and what other connections leave behind counts for a while.
    for (int i = 0; i < TRIES && least >= LARGE / 4; i++) {
      var small = each(path, field, more, "a");
      least = Math.min(least, each(path, field, more, "a".repeat(LARGE)) - small);
    }
    return least;
  }

  private long each(String path, String field, String more, String text) throws Exception {
    var before = usedHeap();
    var clients = open(path, field, more, text);
    var each = (usedHeap() - before) / SOCKETS;
    for (var client : clients) {
      client.close();
    }
    server.awaitLeases(0);
    return each;
  }

  private List<RawHttp> open(String path, String field, String more, String text) throws Exception {
    var clients = new ArrayList<RawHttp>();
    for (int i = 0; i < SOCKETS; i++) {
      var large = i + text;
      var http = RawHttp.connect(server.port(), 0);
      http.send(
          "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                  .formatted(path.replace("LARGE", large))
              + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
              + field.replace("LARGE", large)
              + "\r\n\r\n"
              + more);
      clients.add(http);
    }
    for (var http : clients) {
      assertEquals(101, http.read().status());
    }
    return clients;
  }

  private static long usedHeap() {
    var runtime = Runtime.getRuntime();
    System.gc();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
