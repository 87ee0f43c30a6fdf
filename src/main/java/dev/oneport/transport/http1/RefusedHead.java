package dev.oneport.transport.http1;

import dev.oneport.transport.RefusedRequests;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.HttpPrologue;
import io.helidon.http.Method;
import io.helidon.http.RequestException;
import io.helidon.http.WritableHeaders;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Reports the readable parts of a request whose head was refused. */
final class RefusedHead {
  private static final List<HeaderName> OF_PROXIES =
      Stream.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host")
          .map(HeaderNames::create)
          .toList();

  private final byte[] bytes;
  private final RequestException answer;

  private RefusedHead(byte[] bytes, RequestException answer) {
    this.bytes = bytes;
    this.answer = answer;
  }

  /** A complete head. */
  static RefusedHead whole(byte[] bytes, RequestException answer) {
    return new RefusedHead(bytes, answer);
  }

  /** An incomplete head, of which only the request line is reported, as on HTTP/2. */
  static RefusedHead incomplete(byte[] bytes, RequestException answer) {
    var begun = new RefusedHead(bytes, answer);
    return new RefusedHead(Arrays.copyOf(bytes, begun.endOfLine(0) + 2), answer);
  }

  void report(RefusedRequests refused, SocketAddress peer) {
    int end = endOfLine(0);
    if (end < 0) {
      refused.unreadable(peer);
      return;
    }
    HttpPrologue prologue;
    try {
      prologue = prologue(end);
    } catch (RequestException | IllegalArgumentException _) {
      refused.unreadable(peer);
      return;
    }
    refused.refused(prologue, headers(end + 2), peer, answer);
  }

  private HttpPrologue prologue(int end) {
    var line = RequestLine.parse(bytes, end);
    var text = line.rewritten().isEmpty() ? Ascii.text(bytes, 0, end) : line.rewritten();
    var parts = text.split(" ", 3);
    return HttpPrologue.create("HTTP/1.1", "HTTP", "1.1", Method.create(parts[0]), parts[1], false);
  }

  /**
   * The headers before the first invalid one; a proxy's header with the client's address may come
   * after it.
   */
  private WritableHeaders<?> headers(int from) {
    var headers = WritableHeaders.create();
    int at = from;
    for (int end = endOfLine(at); end > at; end = endOfLine(at)) {
      int colon = Ascii.endOfToken(bytes, at, end);
      if (colon == at
          || colon == end
          || bytes[colon] != ':'
          || !Ascii.fieldValue(bytes, colon + 1, end)) {
        OF_PROXIES.forEach(headers::remove);
        break;
      }
      var name = HeaderNames.create(Ascii.text(bytes, at, colon));
      headers.add(HeaderValues.create(name, Ascii.text(bytes, colon + 1, end).strip()));
      at = end + 2;
    }
    return headers;
  }

  /** The index of a line's CRLF; -1 if it has not arrived. */
  private int endOfLine(int from) {
    for (int at = from; at + 1 < bytes.length; at++) {
      if (bytes[at] == '\r' && bytes[at + 1] == '\n') {
        return at;
      }
    }
    return -1;
  }
}
