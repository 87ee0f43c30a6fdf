package dev.oneport.transport.http1;

import io.helidon.http.RequestException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Decides whether a complete head is a request (RFC 9112), strictly where leniency has been used to
 * smuggle requests past intermediaries (section 11.2).
 *
 * <p>The head is handed on byte for byte, except that a target in absolute form becomes the origin
 * form, and that {@code Upgrade} either names one protocol that is spoken here, in its exact
 * spelling, or is left out (RFC 9110 section 7.8).
 */
final class HeadParser {
  private static final int MAX_LENGTH_DIGITS = 18;

  private final byte[] bytes;
  private final Set<String> protocols;
  private final long maxBody;
  private final ByteArrayOutputStream edited = new ByteArrayOutputStream(0);
  private int copied;

  private final List<String> connection = new ArrayList<>(2);
  private final List<String> upgrade = new ArrayList<>(0);
  private final List<String> hosts = new ArrayList<>(1);
  private final List<String> lengths = new ArrayList<>(1);
  private final List<String> codings = new ArrayList<>(0);
  private final List<String> expectations = new ArrayList<>(0);

  private HeadParser(byte[] bytes, Set<String> protocols, long maxBody) {
    this.bytes = bytes;
    this.protocols = protocols;
    this.maxBody = maxBody;
  }

  /**
   * Parses a head whose lines all end in CRLF, the last one being empty.
   *
   * @param protocols the exact names of the protocols that a connection may be upgraded to
   * @param maxBody the most bytes of a body, -1 for no bound
   * @throws RequestException the refusal, if it is none
   */
  static RequestHead parse(byte[] head, Set<String> protocols, long maxBody) {
    return new HeadParser(head, protocols, maxBody).parse();
  }

  private RequestHead parse() {
    var at = endOfLine(0);
    var line = RequestLine.parse(bytes, 0, at);
    if (!line.authority().isEmpty()) {
      replace(0, at, line.method() + " " + line.target() + " HTTP/1.1");
    }
    at += 2;
    while (bytes[at] != '\r' || bytes[at + 1] != '\n') {
      var lineEnd = endOfLine(at);
      field(at, lineEnd);
      at = lineEnd + 2;
    }
    checkHost(line.authority());
    var body = framing();
    keepOneProtocol(at);
    return new RequestHead(
        canonical(),
        line.method(),
        body,
        connection.contains("close"),
        expectsContinue() && !body.ended());
  }

  private int endOfLine(int from) {
    var at = from;
    while (bytes[at] != '\n') {
      at++;
    }
    return at - 1;
  }

  private void field(int from, int to) {
    var colon = Ascii.endOfToken(bytes, from, to);
    if (colon == from || colon == to || bytes[colon] != ':') {
      // a blank first: a folded line; a blank before the colon: section 5.1
      throw Refusal.malformed("a header's name is malformed");
    }
    if (!Ascii.fieldValue(bytes, colon + 1, to)) {
      throw Refusal.malformed("a header's value is malformed");
    }
    switch (colon - from) {
      case 4 -> take(hosts, "host", from, colon, to);
      case 6 -> take(expectations, "expect", from, colon, to);
      case 7 -> upgrade(from, colon, to);
      case 10 -> list(connection, "connection", from, colon, to);
      case 14 -> take(lengths, "content-length", from, colon, to);
      case 17 -> take(codings, "transfer-encoding", from, colon, to);
      default -> {}
    }
  }

  private void upgrade(int from, int colon, int to) {
    if (list(upgrade, "upgrade", from, colon, to)) {
      replace(from, to + 2, "");
    }
  }

  private boolean list(List<String> into, String name, int from, int colon, int to) {
    if (!named(name, from, colon)) {
      return false;
    }
    for (var element : value(colon, to).split(",", -1)) {
      into.add(element.strip().toLowerCase(Locale.ROOT));
    }
    return true;
  }

  private void take(List<String> into, String name, int from, int colon, int to) {
    if (named(name, from, colon)) {
      into.add(value(colon, to));
    }
  }

  private boolean named(String name, int from, int colon) {
    for (var i = 0; i < name.length(); i++) {
      if ((bytes[from + i] | 0x20) != (name.charAt(i) | 0x20)) {
        return false;
      }
    }
    return colon - from == name.length();
  }

  private String value(int colon, int to) {
    return Ascii.text(bytes, colon + 1, to).strip();
  }

  private void checkHost(String authority) {
    if (hosts.size() != 1 || hosts.getFirst().isEmpty()) {
      throw Refusal.malformed("there must be one Host");
    }
    if (!authority.isEmpty() && !authority.equalsIgnoreCase(hosts.getFirst())) {
      throw Refusal.malformed("the target and Host name two hosts");
    }
  }

  private Body framing() {
    if (codings.isEmpty()) {
      return lengths.isEmpty() ? new NoBody() : fixed();
    }
    if (!lengths.isEmpty()) {
      throw Refusal.malformed("a request has a length or a transfer coding, not both");
    }
    if (codings.size() == 1 && codings.getFirst().equalsIgnoreCase("chunked")) {
      return new ChunkedBody(maxBody);
    }
    var all = String.join(",", codings).toLowerCase(Locale.ROOT).replace(" ", "");
    if (all.endsWith(",chunked") && all.indexOf("chunked") == all.length() - "chunked".length()) {
      throw Refusal.notImplemented("the only transfer coding here is chunked");
    }
    throw Refusal.malformed("the transfer coding of a request must be chunked");
  }

  private Body fixed() {
    var digits = lengths.getFirst();
    var plain = !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    if (lengths.size() > 1 || !plain || digits.length() > MAX_LENGTH_DIGITS) {
      throw Refusal.malformed("there must be one Content-Length, a number");
    }
    var length = Long.parseLong(digits);
    if (maxBody >= 0 && length > maxBody) {
      throw Refusal.bodyTooLarge();
    }
    return length == 0 ? new NoBody() : new FixedBody(length);
  }

  private boolean expectsContinue() {
    if (expectations.isEmpty()) {
      return false;
    }
    if (expectations.size() > 1 || !expectations.getFirst().equalsIgnoreCase("100-continue")) {
      throw Refusal.expectationUnknown();
    }
    return true;
  }

  private void keepOneProtocol(int endOfHeaders) {
    if (upgrade.isEmpty() || !connection.contains("upgrade")) {
      return;
    }
    protocols.stream()
        .filter(protocol -> upgrade.contains(protocol.toLowerCase(Locale.ROOT)))
        .min((a, b) -> Integer.compare(preference(a), preference(b)))
        .ifPresent(name -> replace(endOfHeaders, endOfHeaders, "Upgrade: " + name + "\r\n"));
  }

  private int preference(String protocol) {
    return upgrade.indexOf(protocol.toLowerCase(Locale.ROOT));
  }

  private void replace(int from, int to, String text) {
    edited.write(bytes, copied, from - copied);
    edited.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    copied = to;
  }

  private byte[] canonical() {
    if (copied == 0) {
      return bytes;
    }
    edited.write(bytes, copied, bytes.length - copied);
    return edited.toByteArray();
  }
}
