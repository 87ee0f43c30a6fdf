package dev.oneport.transport.http2;

import dev.oneport.transport.http2.frames.StreamError;
import dev.oneport.transport.http2.hpack.HeaderField;
import io.helidon.common.buffers.BufferData;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpPrologue;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.helidon.webserver.spi.ServerConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Upgrades an HTTP/1.1 connection to h2c (RFC 7540 section 3.2). A request with an invalid upgrade
 * is served as HTTP/1.1, as section 3.2 allows.
 */
final class Http2Upgrader implements Http1Upgrader {
  private static final HeaderName SETTINGS = HeaderNames.create("HTTP2-Settings");
  private static final Set<String> DROPPED =
      Set.of(
          "connection",
          "host",
          "http2-settings",
          "keep-alive",
          "proxy-connection",
          "te",
          "transfer-encoding",
          "upgrade");
  private static final byte[] SWITCHING =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);

  private final Http2Server server;

  Http2Upgrader(Http2Server server) {
    this.server = server;
  }

  @Override
  public String supportedProtocol() {
    return "h2c";
  }

  /** Returns null, as Helidon requires, if the connection stays on HTTP/1.1. */
  @Override
  public @Nullable ServerConnection upgrade(
      ConnectionContext context, HttpPrologue prologue, WritableHeaders<?> headers) {
    var request = settings(headers).flatMap(settings -> request(settings, prologue, headers));
    if (request.isEmpty()) {
      return null;
    }
    context.dataWriter().writeNow(BufferData.create(SWITCHING));
    return server.connection(context, request);
  }

  private static Optional<byte[]> settings(WritableHeaders<?> headers) {
    if (!headers.contains(SETTINGS) || headers.get(SETTINGS).valueCount() != 1) {
      return Optional.empty();
    }
    try {
      var payload = Base64.getUrlDecoder().decode(headers.get(SETTINGS).get());
      return payload.length % 6 == 0 ? Optional.of(payload) : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static Optional<UpgradeRequest> request(
      byte[] settings, HttpPrologue prologue, WritableHeaders<?> headers) {
    var fields = new ArrayList<HeaderField>();
    var query = prologue.hasQuery() ? "?" + prologue.query().rawValue() : "";
    fields.add(HeaderField.of(":method", prologue.method().text()));
    fields.add(HeaderField.of(":scheme", "http"));
    fields.add(HeaderField.of(":path", prologue.uriPath().rawPath() + query));
    headers
        .first(HeaderNames.HOST)
        .ifPresent(host -> fields.add(HeaderField.of(":authority", host)));
    headers.forEach(header -> add(header, fields));
    try {
      var head = RequestParser.of(1, fields);
      return Optional.of(new UpgradeRequest(head, settings));
    } catch (StreamError _) {
      return Optional.empty();
    }
  }

  private static HeaderField received(String name, String value) {
    return HeaderField.received(
        name.getBytes(StandardCharsets.ISO_8859_1),
        name,
        value.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void add(Header header, List<HeaderField> fields) {
    var name = header.name().toLowerCase(Locale.ROOT);
    if (!DROPPED.contains(name)) {
      header.allValues().forEach(value -> fields.add(received(name, value)));
    }
  }
}
