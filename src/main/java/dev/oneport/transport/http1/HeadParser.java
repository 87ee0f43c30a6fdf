package dev.oneport.transport.http1;

import io.helidon.http.RequestException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a complete head is a request (RFC 9112), strictly where leniency has been used to
 * smuggle requests past intermediaries (section 11.2).
 *
 * <p>The head is handed on byte for byte, except that a target in absolute form becomes the origin
 * form, that {@code Upgrade} either names one protocol that is spoken here, in its exact spelling,
 * or is left out (RFC 9110 section 7.8), and that {@code Content-Encoding: identity}, which says
 * nothing and which Helidon 4.5.0 refuses, is left out.
 */
final class HeadParser {
  private final byte[] bytes;
  private final Set<String> protocols;
  private final Framing framing;
  private @Nullable ByteArrayOutputStream edited;
  private int copied;

  private int hosts;
  private String host = "";
  private String connection = "";
  private String upgrade = "";
  private String expect = "";

  private HeadParser(byte[] bytes, Set<String> protocols, long maxBody) {
    this.bytes = bytes;
    this.protocols = protocols;
    this.framing = new Framing(maxBody);
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
    var line = RequestLine.parse(bytes, at);
    if (!line.rewritten().isEmpty()) {
      replace(0, at, line.rewritten());
    }
    at += 2;
    while (bytes[at] != '\r' || bytes[at + 1] != '\n') {
      var lineEnd = endOfLine(at);
      field(at, lineEnd);
      at = lineEnd + 2;
    }
    checkHost(line.authority());
    var body = framing.body();
    var options = connection.isEmpty() ? List.<String>of() : elements(connection);
    if (!upgrade.isEmpty() && options.contains("upgrade")) {
      keepOneProtocol(at, elements(upgrade));
    }
    var awaits = expectsContinue() && !body.ended();
    return new RequestHead(canonical(), line.head(), body, options.contains("close"), awaits);
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
      case 4 -> {
        if (named("host", from)) {
          hosts++;
          host = value(colon, to);
        }
      }
      case 6 -> {
        if (named("expect", from)) {
          expect = expect + value(colon, to);
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
      case 14 -> {
        if (named("content-length", from)) {
          framing.length(value(colon, to));
        }
      }
      case 16 -> {
        if (named("content-encoding", from) && value(colon, to).equalsIgnoreCase("identity")) {
          replace(from, to + 2, "");
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

  private void checkHost(String authority) {
    if (hosts != 1 || host.isEmpty()) {
      throw Refusal.malformed("there must be one Host");
    }
    if (!authority.isEmpty() && !authority.equalsIgnoreCase(host)) {
      throw Refusal.malformed("the target and Host name two hosts");
    }
  }

  private boolean expectsContinue() {
    if (!expect.isEmpty() && !expect.equalsIgnoreCase("100-continue")) {
      throw Refusal.expectationUnknown();
    }
    return !expect.isEmpty();
  }

  /** The first that the client offers of those spoken here. */
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
