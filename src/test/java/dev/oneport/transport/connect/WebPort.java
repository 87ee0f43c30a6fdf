package dev.oneport.transport.connect;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.oneport.sample.EchoService;
import dev.oneport.sample.proto.PingRequest;
import dev.oneport.testing.HeaderField;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.WebClient;
import dev.oneport.time.Clocks;
import java.io.IOException;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A server with the sample service and odd ones, and a client of one version of HTTP. */
final class WebPort implements AutoCloseable {
  static final String WEB = "application/grpc-web+proto";
  static final String TEXT = "application/grpc-web-text+proto";
  static final String PROTO = "application/proto";
  static final String JSON = "application/json";
  static final byte[] PING = PingRequest.newBuilder().setMessage("hi").build().toByteArray();
  static final TestIssuer ISSUER = TestIssuer.good();

  private static final Path JWKS = ISSUER.jwksFile();

  private final String settings;
  private final OddMethods odd = new OddMethods();
  private final RunningServer server;
  private final WebClient client;

  WebPort(Version version) {
    this(version, Clocks.system(), "");
  }

  /** With more settings below {@code server}. */
  WebPort(Version version, Clocks clocks, String settings) {
    this.settings = settings;
    server =
        RunningServer.start(
            yaml("alice@example.com"), clocks, new EchoService(), odd, odd.closed());
    client = new WebClient(server.port(), version);
    // The first request of a client of HTTP/2 is one of HTTP/1.1 that wants to change.
    try {
      client.send("GET", "/ping", "", new byte[0], List.of());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private String yaml(String allowed) {
    return """
        server:
          grpc: { max-message-size: 100KiB }
          web: { max-json-size: 10KiB }
          %s
        identity:
          issuers:
            test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], caller-claim: email }
        policy:
          rules:
            - { allow: [ anyone ], route: [ HTTP GET /ping, WS /ws, GRPC Odd/* ] }
            - { allow: [ %s ], route: [ GRPC Echo/*, GRPC Closed/* ] }
        """
        .formatted(settings, ISSUER.id(), JWKS, TestIssuer.AUDIENCE, allowed);
  }

  /** Reloads with a policy that no longer allows what it allowed. */
  boolean reloadWithout() {
    return server.reload(yaml("bob@example.com"));
  }

  OddMethods odd() {
    return odd;
  }

  RunningServer server() {
    return server;
  }

  WebClient client() {
    return client;
  }

  static HeaderField token() {
    return HeaderField.bearer(ISSUER.token().sign());
  }

  HttpResponse<byte[]> post(String path, String type, byte[] body, HeaderField... headers)
      throws Exception {
    return client.post(path, type, body, headers);
  }

  /** Pieces that are encoded each for itself. */
  static byte[] base64(byte[]... pieces) {
    return Stream.of(pieces)
        .map(piece -> Base64.getEncoder().encodeToString(piece))
        .collect(Collectors.joining())
        .getBytes(UTF_8);
  }

  static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
