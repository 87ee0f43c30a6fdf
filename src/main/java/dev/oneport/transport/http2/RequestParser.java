package dev.oneport.transport.http2;

import dev.oneport.transport.RequestSyntax;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.StreamError;
import dev.oneport.transport.http2.hpack.HeaderField;
import dev.oneport.transport.http2.hpack.HeaderList;
import dev.oneport.transport.http2.hpack.HeaderText;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether the fields of a header block are a valid request (RFC 9113 sections 8.2 and
 * 8.3.1). A malformed request ends its stream with PROTOCOL_ERROR.
 */
final class RequestParser {
  private final int stream;
  private @Nullable String method;
  private @Nullable String scheme;
  private @Nullable String path;
  private @Nullable String authority;
  private @Nullable String host;
  private @Nullable String contentType;
  private long contentLength = -1;
  private boolean expectationKnown = true;

  private RequestParser(int stream) {
    this.stream = stream;
  }

  static RequestHead parse(int stream, HeaderList list) {
    return new RequestParser(stream).head(list);
  }

  /** Checks trailers, which must not contain fields that belong in the head. */
  static List<HeaderField> trailers(int stream, HeaderList list) {
    var parser = new RequestParser(stream);
    var fields = new ArrayList<HeaderField>(list.count());
    for (int i = 0; i < list.count(); i++) {
      var field = list.get(i);
      if (!field.wellFormed() || isPseudo(field)) {
        throw parser.malformed("a field of the trailers");
      }
      fields.add(field);
    }
    return fields;
  }

  private RequestHead head(HeaderList list) {
    int pseudo = 0;
    while (pseudo < list.count() && isPseudo(list.get(pseudo))) {
      take(list.get(pseudo++));
    }
    var fields = new HeaderField[list.count() - pseudo];
    for (int i = 0; i < fields.length; i++) {
      fields[i] = list.get(pseudo + i);
      check(fields[i]);
    }
    return request(fields);
  }

  private RequestHead request(HeaderField[] fields) {
    if (isTunnel()) {
      return head("CONNECT", "http", "", fields, HeadRefusal.TUNNEL);
    }
    if ("CONNECT".equals(method)) {
      throw malformed("a tunnel to a path");
    }
    if (method == null || scheme == null || path == null || path.isEmpty()) {
      throw malformed("a pseudo-header field is missing");
    }
    if (authority != null && host != null && !authority.equalsIgnoreCase(host)) {
      throw malformed("host and :authority differ");
    }
    try {
      return head(method, scheme, RequestSyntax.canonicalTarget(method, path), fields, refusal());
    } catch (IllegalArgumentException _) {
      return head(method, scheme, "/", fields, HeadRefusal.TARGET_MALFORMED);
    }
  }

  private RequestHead head(
      String name,
      String over,
      String target,
      HeaderField[] fields,
      @Nullable HeadRefusal refusal) {
    return new RequestHead(
        name, over, target, authority(), fields, contentLength, contentType, refusal);
  }

  private String authority() {
    if (authority != null) {
      return authority;
    }
    return host == null ? "" : host;
  }

  /** CONNECT has neither a scheme nor a path (RFC 9113 section 8.5). */
  private boolean isTunnel() {
    return "CONNECT".equals(method) && scheme == null && path == null && authority != null;
  }

  /** The refusal of a request that HTTP/1.1 also refuses, with the same answer. */
  private @Nullable HeadRefusal refusal() {
    boolean valid =
        method != null
            && RequestSyntax.isMethod(method)
            && ("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme))
            && RequestSyntax.isAuthority(authority());
    if (!valid) {
      return HeadRefusal.MALFORMED;
    }
    return expectationKnown ? null : HeadRefusal.EXPECTATION_UNKNOWN;
  }

  private void take(HeaderField field) {
    if (!field.wellFormed()) {
      throw malformed("a pseudo-header field");
    }
    switch (field.name()) {
      case ":method" -> method = once(method, field);
      case ":scheme" -> scheme = once(scheme, field);
      case ":path" -> path = once(path, field);
      case ":authority" -> authority = once(authority, field);
      default -> throw malformed("an unknown pseudo-header field");
    }
  }

  private void check(HeaderField field) {
    if (!field.wellFormed() || isPseudo(field)) {
      throw malformed("a field");
    }
    switch (field.name()) {
      case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade" ->
          throw malformed("a field of HTTP/1.1's connections");
      case "te" -> {
        if (!field.value().equals("trailers")) {
          throw malformed("te");
        }
      }
      case "expect" -> expectationKnown &= RequestSyntax.isKnownExpectation(field.value());
      case "host" -> host = once(host, field);
      case "content-type" -> contentType = contentType == null ? field.value() : contentType;
      case "content-length" -> length(field);
      default -> {}
    }
  }

  private void length(HeaderField field) {
    long length = HeaderText.number(field.value());
    if (length < 0 || (contentLength >= 0 && contentLength != length)) {
      throw malformed("content-length");
    }
    contentLength = length;
  }

  private String once(@Nullable String before, HeaderField field) {
    if (before != null) {
      throw malformed("a field is repeated");
    }
    return field.value();
  }

  private static boolean isPseudo(HeaderField field) {
    var name = field.nameBytes();
    return name.length > 0 && name[0] == ':';
  }

  private StreamError malformed(String what) {
    return new StreamError(stream, ErrorCode.PROTOCOL_ERROR, what);
  }

  /** Parses the fields of a request that was not sent as a header block, such as an upgrade's. */
  static RequestHead of(int stream, List<HeaderField> fields) {
    var list = new HeaderList(Integer.MAX_VALUE - 1);
    fields.forEach(list::add);
    return parse(stream, list);
  }
}
