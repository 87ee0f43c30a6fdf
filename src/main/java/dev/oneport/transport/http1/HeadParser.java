package dev.oneport.transport.http1;

import dev.oneport.transport.RequestSyntax;
import io.helidon.http.RequestException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a complete head is a valid request (RFC 9112). It is strict wherever leniency has
 * been used to smuggle requests past intermediaries (section 11.2).
 *
 * <p>The head is passed on unchanged, as a head of HTTP/1.1, except that
 *
 * <ul>
 *   <li>a target in absolute form becomes the origin form and its authority {@code Host} (RFC 9112
 *       section 3.2.2), and characters that browsers do not encode are percent-encoded,
 *   <li>{@code Upgrade} either names one supported protocol, in its exact spelling, or is removed
 *       (RFC 9110 section 7.8),
 *   <li>{@code X-Helidon-CN}, which only the server may set, is removed,
 *   <li>from HTTP/1.0 requests, {@code Upgrade} and {@code Expect} are removed (RFC 9110 sections
 *       7.8 and 10.1.1), and a missing {@code Host} is added.
 * </ul>
 */
final class HeadParser {
  private final byte[] bytes;
  private final Set<String> protocols;
  private final Supplier<String> self;
  private final Framing framing;
  private final RequestLine line;
  private final int endOfLine;
  private @Nullable ByteArrayOutputStream edited;
  private int copied;

  private int hosts;
  private String host = "";
  private String connection = "";
  private String upgrade = "";
  private String expect = "";

  private HeadParser(byte[] bytes, Set<String> protocols, long maxBody, Supplier<String> self) {
    this.bytes = bytes;
    this.protocols = protocols;
    this.self = self;
    this.framing = new Framing(maxBody);
    this.endOfLine = endOfLine(0);
    this.line = RequestLine.parse(bytes, endOfLine);
  }

  /**
   * Parses a head whose lines all end in CRLF, the last one being empty.
   *
   * @param protocols the exact names of the protocols that a connection may be upgraded to
   * @param maxBody the most bytes of a body, -1 for no bound
   * @param self the authority for a request without {@code Host}
   * @throws RequestException if the request is invalid
   */
  static Http1RequestHead parse(
      byte[] head, Set<String> protocols, long maxBody, Supplier<String> self) {
    return new HeadParser(head, protocols, maxBody, self).parse();
  }

  private Http1RequestHead parse() {
    if (!line.rewritten().isEmpty()) {
      replace(0, endOfLine, line.rewritten());
    }
    var at = endOfLine + 2;
    while (bytes[at] != '\r' || bytes[at + 1] != '\n') {
      var lineEnd = endOfLine(at);
      field(at, lineEnd);
      at = lineEnd + 2;
    }
    checkHost(at);
    var body = framing.body(line.http10());
    var options = connection.isEmpty() ? List.<String>of() : elements(connection);
    if (!upgrade.isEmpty() && options.contains("upgrade") && !line.http10()) {
      keepOneProtocol(at, elements(upgrade));
    }
    var awaits = expectsContinue() && !body.ended();
    if (awaits) {
      replace(at, at, "Expect: 100-continue\r\n");
    }
    var close = options.contains("close") || (line.http10() && !options.contains("keep-alive"));
    return new Http1RequestHead(canonical(), line.head(), line.http10(), body, close, awaits);
  }

  private int endOfLine(int from) {
    return Ascii.lineFeed(bytes, from, bytes.length) - 1;
  }

  private void field(int from, int to) {
    var colon = Ascii.endOfToken(bytes, from, to);
    if (colon == from || colon == to || bytes[colon] != ':') {
      // A leading blank is a folded line; a blank before the colon is invalid (section 5.1).
      throw Refusal.malformed("a header's name is malformed");
    }
    if (!Ascii.fieldValue(bytes, colon + 1, to)) {
      throw Refusal.malformed("a header's value is malformed");
    }
    switch (colon - from) {
      case 4 -> {
        if (named("host", from)) {
          hosts++;
          host = value(colon, to);
          if (!line.authority().isEmpty()) {
            replace(from, to + 2, "");
          }
        }
      }
      case 6 -> {
        if (named("expect", from)) {
          expect = expect + "," + value(colon, to);
          replace(from, to + 2, "");
        }
      }
      case 7 -> {
        if (named("upgrade", from)) {
          upgrade = upgrade + "," + value(colon, to);
          replace(from, to + 2, "");
        }
      }
      case 10 -> {
        if (named("connection", from)) {
          connection = connection + "," + value(colon, to);
        }
      }
      case 12 -> {
        if (named("x-helidon-cn", from)) {
          replace(from, to + 2, "");
        }
      }
      case 14 -> {
        if (named("content-length", from)) {
          framing.length(value(colon, to));
        }
      }
      case 17 -> {
        if (named("transfer-encoding", from)) {
          framing.coding(value(colon, to));
        }
      }
      default -> {}
    }
  }

  private boolean named(String name, int from) {
    return Ascii.named(name, bytes, from);
  }

  private String value(int colon, int to) {
    return Ascii.text(bytes, colon + 1, to).strip();
  }

  private static List<String> elements(String list) {
    return List.of(list.toLowerCase(Locale.ROOT).split("\\s*,\\s*", -1));
  }

  private void checkHost(int endOfHeaders) {
    var target = line.authority();
    if (hosts > 1 || (hosts == 0 && !line.http10())) {
      throw Refusal.malformed("there must be one Host");
    }
    var ignored = host.isEmpty() && (hosts == 0 || !target.isEmpty());
    if (!ignored && !RequestSyntax.isAuthority(host)) {
      throw Refusal.malformed("Host is malformed");
    }
    if (hosts == 0 || !target.isEmpty()) {
      replace(
          endOfHeaders, endOfHeaders, "Host: " + (target.isEmpty() ? self.get() : target) + "\r\n");
    }
  }

  private boolean expectsContinue() {
    if (line.http10() || expect.isEmpty()) {
      return false;
    }
    if (!RequestSyntax.isKnownExpectation(expect)) {
      throw Refusal.expectationUnknown();
    }
    return RequestSyntax.expectsContinue(expect);
  }

  /** Keeps the first supported protocol that the client offers. */
  private void keepOneProtocol(int endOfHeaders, List<String> offered) {
    for (var offer : offered) {
      for (var protocol : protocols) {
        if (protocol.equalsIgnoreCase(offer)) {
          replace(endOfHeaders, endOfHeaders, "Upgrade: " + protocol + "\r\n");
          return;
        }
      }
    }
  }

  private void replace(int from, int to, String text) {
    if (edited == null) {
      edited = new ByteArrayOutputStream(bytes.length);
    }
    edited.write(bytes, copied, from - copied);
    edited.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    copied = to;
  }

  private byte[] canonical() {
    if (edited == null) {
      return bytes;
    }
    edited.write(bytes, copied, bytes.length - copied);
    return edited.toByteArray();
  }
}
