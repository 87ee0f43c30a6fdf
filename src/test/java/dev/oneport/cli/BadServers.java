package dev.oneport.cli;

import dev.oneport.api.Service;
import dev.oneport.sample.EchoService;
import dev.oneport.testing.ByteServer;
import dev.oneport.testing.CuttingProxy;
import dev.oneport.testing.FakeGoogle;
import dev.oneport.testing.HinderedEcho;
import dev.oneport.testing.HtmlProxy;
import dev.oneport.testing.MeddlingProxy;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.TlsFront;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A good server, several faulty ones, and files; command lines refer to each by a name in braces.
 */
final class BadServers implements AutoCloseable {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final String YAML =
      """
      identity:
        issuers:
          test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], caller-claim: email }
      policy:
        roles: { caller: [ alice@example.com ] }
        rules:
          - { allow: [ anyone ], route: HTTP GET /ping }
      """
          .formatted(ISSUER.id(), ISSUER.jwksFile(), TestIssuer.AUDIENCE);
  private static final String PAST =
      "HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 2015 00:00:00 GMT\r\nContent-Length: 2\r\n\r\n{}";
  private static final String RULE =
      "    - { allow: [ caller ], route: [ GRPC Echo/*, WS /ws ] }\n";

  private static final String TEXTS = "policy: { rules: [ { allow: [ anyone ], route: WS /ws } ] }";

  private final Map<String, String> places = new HashMap<>();
  private final List<AutoCloseable> running = new ArrayList<>();

  BadServers(Path folder) throws IOException {
    var server = running(RunningServer.start(YAML + RULE, new EchoService()));
    place("server", server.port());
    others(server.port());
    overTls(folder, server.port());
    files(folder);
  }

  /** Replaces the names in a command line. */
  String typed(String line) {
    var typed = line;
    for (var place : places.entrySet()) {
      typed = typed.replace("{" + place.getKey() + "}", place.getValue());
    }
    return typed;
  }

  @Override
  public void close() {
    for (var each : running.reversed()) {
      try {
        each.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private void others(int good) throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      place("closed", taken.getLocalPort());
    }
    place("silent", running(ByteServer.silent()).port());
    place("http1", running(HtmlProxy.plainServer()).port());
    place("login", running(HtmlProxy.http1(200)).port());
    place("gateway", running(HtmlProxy.http1(502)).port());
    place("login2", running(HtmlProxy.http2(200)).port());
    place("iam2", running(HtmlProxy.http2(403)).port());
    place("gateway2", running(HtmlProxy.http2(502)).port());
    place("past", running(ByteServer.answering(PAST)).port());
    place("noupgrade", running(MeddlingProxy.withoutUpgrade(good)).port());
    place("buffering", running(MeddlingProxy.buffering(good)).port());
    Service onlyHttp = port -> port.http().get("/ping", (_, response) -> response.send("pong"));
    place("nogrpc", running(RunningServer.start(YAML, onlyHttp)).port());
    Service texts = port -> port.webSocket("/ws", TextSocket::new);
    place("text-socket", running(RunningServer.start(TEXTS, texts)).port());
    var cut = new AtomicReference<Runnable>(() -> {});
    var hindered =
        running(RunningServer.start(YAML + RULE, new HinderedEcho(() -> cut.get().run())));
    var cutting = running(new CuttingProxy(hindered.port()));
    cut.set(cutting::cut);
    place("cutting", cutting.port());
  }

  private void overTls(Path folder, int good) {
    var self = TlsFront.keyStore(folder, "self", "-ext", "san=dns:localhost,ip:127.0.0.1");
    var old =
        TlsFront.keyStore(
            folder, "old", "-ext", "san=dns:localhost", "-startdate", "-9d", "-validity", "3");
    var other = TlsFront.keyStore(folder, "other", "-ext", "san=dns:other.example.com");
    place("tls", running(new TlsFront(self, good, "h2", "http/1.1")).port());
    place("tls1", running(new TlsFront(self, good, "http/1.1")).port());
    place("old", running(new TlsFront(old, good, "h2", "http/1.1")).port());
    place("other", running(new TlsFront(other, good, "h2", "http/1.1")).port());
    place("ca", TlsFront.certificate(self));
    place("oldca", TlsFront.certificate(old));
    place("otherca", TlsFront.certificate(other));
  }

  private void files(Path folder) throws IOException {
    var google = running(new FakeGoogle());
    var revoked = running(new FakeGoogle());
    revoked.answers(400, _ -> "{\"error\":\"invalid_grant\"}");
    write(folder, "key", FakeGoogle.key(google.tokenUri()));
    write(folder, "revoked", FakeGoogle.key(revoked.tokenUri()));
    write(folder, "text", "hello, this is no key");
    write(folder, "user", "{\"type\":\"authorized_user\"}");
    write(folder, "stale", ISSUER.token().claim("exp", 1_000_000_000L).sign());
    write(folder, "mallory", ISSUER.token().claim("email", "mallory@example.com").sign());
    write(folder, "stray", ISSUER.token().claim("aud", "https://stray.example.com").sign());
    write(folder, "good", ISSUER.token().sign());
    place("missing", folder.resolve("missing"));
  }

  private <T extends AutoCloseable> T running(T started) {
    running.add(started);
    return started;
  }

  private void place(String name, Object value) {
    places.put(name, value instanceof Integer port ? "localhost:" + port : value.toString());
  }

  private void write(Path folder, String name, String content) throws IOException {
    place(name, Files.writeString(folder.resolve(name), content));
  }

  /** A service other than Echo. */
  private static final class TextSocket implements WsListener {
    @Override
    public void onMessage(WsSession session, String text, boolean last) {
      session.send("you said " + text, true);
    }
  }
}
