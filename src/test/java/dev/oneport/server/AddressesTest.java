package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.oneport.config.InvalidConfiguration;
import dev.oneport.sample.EchoService;
import dev.oneport.sample.proto.EchoGrpc;
import dev.oneport.sample.proto.PingRequest;
import dev.oneport.testing.RunningServer;
import dev.oneport.transport.http2.Await;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server with several addresses is one server. */
@Timeout(60)
final class AddressesTest {
  private static final String RULES =
      """
      policy:
        rules:
          - { allow: [ anyone ], route: [ HTTP GET /ping, GRPC Echo/*, WS /ws ] }
      """;
  private static final String BOTH = "server: { host: [ 127.0.0.1, 127.0.0.2 ] }\n";
  private static final String REQUEST = "GET /ping HTTP/1.1\r\nHost: a.example\r\n\r\n";

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.0.0.2", "::1", "[::1]"})
  void everyProtocolIsServedOnEachAddress(String host) throws Exception {
    assumeTrue(!host.contains(":") || hasIpv6(), "this machine has no IPv6");
    var yaml = "server: { host: [ 127.0.0.3, \"%s\" ] }\n".formatted(host);
    try (var server = RunningServer.start(yaml + RULES, new EchoService())) {
      for (var each : new String[] {"127.0.0.3", host}) {
        var literal = each.contains(":") && !each.startsWith("[") ? "[" + each + "]" : each;
        assertEquals("HTTP/1.1 200 OK", ping(each, server.port()));
        assertEquals("pong", grpc(each, server.port()));
        assertEquals("pong", webSocket(literal, server.port()));
      }
      assertThrows(IOException.class, () -> ping("127.0.0.4", server.port()));
    }
  }

  @Test
  void connectionsAreBoundedTogether() throws Exception {
    var yaml = "server: { host: [ 127.0.0.1, 127.0.0.2 ], max-connections: 20 }\n" + RULES;
    try (var server = RunningServer.start(yaml, new EchoService())) {
      var open = new Socket[18];
      for (int i = 0; i < open.length; i++) {
        open[i] = connect(i % 2 == 0 ? "127.0.0.1" : "127.0.0.2", server.port());
        assertEquals("HTTP/1.1 200 OK", ping(open[i]));
      }
      try (var one = connect("127.0.0.1", server.port());
          var other = connect("127.0.0.2", server.port())) {
        for (var waiting : new Socket[] {one, other}) {
          waiting.setSoTimeout(200);
          assertThrows(IOException.class, () -> ping(waiting));
          waiting.setSoTimeout(20_000);
        }
        open[0].close();
        open[1].close();
        assertEquals("HTTP/1.1 200 OK", status(one));
        assertEquals("HTTP/1.1 200 OK", status(other));
      }
      for (var socket : open) {
        socket.close();
      }
    }
  }

  @Test
  void aStopDrainsAllOfThem() throws Exception {
    var server = RunningServer.start(BOTH + RULES, new EchoService());
    var port = server.port();
    try (var one = connect("127.0.0.1", port);
        var other = connect("127.0.0.2", port)) {
      assertEquals("HTTP/1.1 200 OK", ping(one));
      assertEquals("HTTP/1.1 200 OK", ping(other));
      var closed = CompletableFuture.runAsync(server::close, Thread::startVirtualThread);
      for (var host : new String[] {"127.0.0.1", "127.0.0.2"}) {
        Await.until(host + " accepts no connections", () -> !accepts(host, port));
      }
      // Requests on open connections are served until the client has been told.
      assertEquals("HTTP/1.1 200 OK", ping(one));
      assertEquals("HTTP/1.1 200 OK", ping(other));
      closed.get(20, TimeUnit.SECONDS);
      for (var socket : new Socket[] {one, other}) {
        // An idle connection may be told that it timed out.
        var _ = socket.getInputStream().readNBytes(1 << 16);
        assertEquals(-1, socket.getInputStream().read());
      }
    }
  }

  @Test
  void ifOneIsTakenTheServerListensOnNone() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.2"))) {
      var port = taken.getLocalPort();
      var builder =
          OnePort.builder()
              .configuration(BOTH.replace("host", "port: " + port + ", host") + RULES)
              .service(new EchoService());
      var server = builder.build();
      assertEquals(
          "cannot listen on port "
              + port
              + " of 127.0.0.2: another process does; choose another port with --port or PORT (0"
              + " for any)",
          assertThrows(PortUnavailable.class, server::start).getMessage());
      assertTrue(!accepts("127.0.0.1", port));
    }
  }

  @Test
  void aPortThatTheSystemChoosesIsTheSameOnAll() throws Exception {
    try (var server = RunningServer.start(BOTH + RULES, new EchoService())) {
      assertNotEquals(0, server.port());
      assertEquals("HTTP/1.1 200 OK", ping("127.0.0.1", server.port()));
      assertEquals("HTTP/1.1 200 OK", ping("127.0.0.2", server.port()));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[ 127.0.0.1, 127.0.0.1 ] | '127.0.0.1' is listed twice",
        "[ '::1', '[0::1]' ] | '[0::1]' is listed twice",
        "[ 0.0.0.0, 127.0.0.1 ] | 0.0.0.0 and :: include all others",
        "[ '::', 127.0.0.1 ] | 0.0.0.0 and :: include all others",
        "unix:/run/oneport.sock | 'unix:/run/oneport.sock' is a socket in the file system, which"
            + " this server cannot listen on; name an IP address",
        "/run/oneport.sock | '/run/oneport.sock' is a socket in the file system, which this server"
            + " cannot listen on; name an IP address",
        "[ 127.0.0.1, nowhere.invalid ] | 'nowhere.invalid' is neither an IP address nor a name"
            + " that resolves",
      })
  void hostsThatCannotWorkStopTheStart(String host, String problem) {
    var yaml = "server: { host: " + host.replace('\'', '"') + " }\n" + RULES;
    var thrown =
        assertThrows(
            InvalidConfiguration.class, () -> RunningServer.start(yaml, new EchoService()));
    assertEquals("server.host", thrown.problems().getFirst().key());
    assertEquals(problem, thrown.problems().getFirst().message());
  }

  private static boolean hasIpv6() throws IOException {
    return NetworkInterface.getByInetAddress(
            InetAddress.getByAddress(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}))
        != null;
  }

  private static Socket connect(String host, int port) throws IOException {
    var socket = new Socket();
    socket.connect(new InetSocketAddress(host, port), 20_000);
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static boolean accepts(String host, int port) {
    try (var socket = connect(host, port)) {
      return socket.isConnected();
    } catch (IOException _) {
      return false;
    }
  }

  private static String ping(String host, int port) throws IOException {
    try (var socket = connect(host, port)) {
      return ping(socket);
    }
  }

  private static String ping(Socket socket) throws IOException {
    socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
    return status(socket);
  }

  /** The status line of a response to the end of its body. */
  private static String status(Socket socket) throws IOException {
    var text = new StringBuilder();
    while (text.indexOf("{\"message\":\"pong\"}") < 0) {
      int next = socket.getInputStream().read();
      if (next < 0) {
        throw new IOException("the connection ended after " + text);
      }
      text.append((char) next);
    }
    return text.substring(0, text.indexOf("\r\n"));
  }

  private static String grpc(String host, int port) {
    var channel =
        NettyChannelBuilder.forAddress(new InetSocketAddress(host, port)).usePlaintext().build();
    try {
      return EchoGrpc.newBlockingStub(channel)
          .withDeadlineAfter(20, TimeUnit.SECONDS)
          .ping(PingRequest.newBuilder().setMessage("hi").build())
          .getMessage();
    } finally {
      channel.shutdownNow();
    }
  }

  private static String webSocket(String host, int port) throws Exception {
    var received = new CompletableFuture<String>();
    var client = HttpClient.newHttpClient();
    try {
      var socket =
          client
              .newWebSocketBuilder()
              .buildAsync(
                  URI.create("ws://" + host + ":" + port + "/ws"),
                  new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(
                        WebSocket socket, CharSequence data, boolean last) {
                      received.complete(data.toString());
                      return socket.sendClose(WebSocket.NORMAL_CLOSURE, "");
                    }
                  })
              .get(20, TimeUnit.SECONDS);
      socket.sendText("{\"message\":\"hi\"}", true).get(20, TimeUnit.SECONDS);
      var text = received.get(20, TimeUnit.SECONDS);
      return text.contains("\"message\":\"pong\"") ? "pong" : text;
    } finally {
      client.shutdownNow();
    }
  }
}
