package dev.oneport.transport.websocket;

import dev.oneport.transport.FieldBytes;
import io.helidon.common.buffers.BufferData;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.http.RequestException;
import io.helidon.http.WritableHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The response that turns an HTTP connection into a socket (RFC 6455 section 4.2.2). */
final class SwitchingProtocols {
  private static final byte[] START =
      """
      HTTP/1.1 101 Switching Protocols
      Connection: Upgrade
      Upgrade: websocket
      """
          .replace("\n", "\r\n")
          .getBytes(StandardCharsets.US_ASCII);

  private static final List<HeaderName> OURS =
      List.of(
          HeaderNames.CONNECTION,
          HeaderNames.UPGRADE,
          HeaderNames.CONTENT_LENGTH,
          HeaderNames.TRANSFER_ENCODING,
          Handshake.ACCEPT,
          Handshake.EXTENSIONS,
          Handshake.VERSION);

  private final WritableHeaders<?> headers;

  private SwitchingProtocols(WritableHeaders<?> headers) {
    this.headers = headers;
  }

  /**
   * Creates the response with the headers that a listener chose.
   *
   * @throws RequestException with 500 if it chose a subprotocol that was not offered, or set a
   *     header of the handshake
   */
  static SwitchingProtocols to(String key, Headers request, Headers chosen) {
    var subProtocols = Handshake.values(chosen, Handshake.PROTOCOL);
    var offered = Handshake.elements(request, Handshake.PROTOCOL);
    if (subProtocols.size() > 1 || !offered.containsAll(subProtocols)) {
      throw bug("a listener chose a subprotocol that was not offered");
    }
    if (OURS.stream().anyMatch(chosen::contains)) {
      throw bug("a listener set a header of the handshake");
    }
    var headers = WritableHeaders.create(chosen);
    headers.set(HeaderValues.create(Handshake.ACCEPT, Handshake.accept(key)));
    return new SwitchingProtocols(headers);
  }

  private static RequestException bug(String what) {
    return RequestException.builder()
        .type(EventType.INTERNAL_ERROR)
        .setKeepAlive(false)
        .message("Internal Server Error")
        .cause(new IllegalStateException(what))
        .build();
  }

  void extension(Deflate agreed) {
    headers.set(HeaderValues.create(Handshake.EXTENSIONS, agreed.response()));
  }

  Optional<String> subProtocol() {
    return headers.first(Handshake.PROTOCOL);
  }

  BufferData bytes() {
    headers.forEach(header -> header.validate());
    FieldBytes.keep(headers);
    var bytes = BufferData.growing(256);
    bytes.write(START);
    headers.forEach(header -> header.writeHttp1Header(bytes));
    bytes.write('\r');
    bytes.write('\n');
    return bytes;
  }
}
