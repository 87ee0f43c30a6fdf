package dev.oneport.transport.http2;

import dev.oneport.transport.http2.hpack.HeaderField;
import dev.oneport.transport.http2.hpack.HeaderList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The head of one request as received: the pseudo-header fields, and the other fields in order. All
 * are well formed (RFC 9113 sections 8.2 and 8.3) but not checked further.
 */
public final class RequestHead {
  private final String method;
  private final String scheme;
  private final String path;
  private final String authority;
  private final HeaderField[] fields;
  private final long contentLength;
  private final @Nullable String contentType;
  private final @Nullable HeadRefusal refusal;

  RequestHead(
      String method,
      String scheme,
      String path,
      String authority,
      HeaderField[] fields,
      long contentLength,
      @Nullable String contentType,
      @Nullable HeadRefusal refusal) {
    this.method = method;
    this.scheme = scheme;
    this.path = path;
    this.authority = authority;
    this.fields = fields;
    this.contentLength = contentLength;
    this.contentType = contentType;
    this.refusal = refusal;
  }

  /**
   * Creates the head of a request whose fields were too large to be kept. Only the content type,
   * the method and the path are known, all unchecked.
   */
  static RequestHead tooLarge(HeaderList list) {
    var type = list.contentType() == null ? null : list.contentType().value();
    var target = list.path() == null ? "/" : list.path().value();
    var method = list.method() == null ? "POST" : list.method().value();
    return new RequestHead(
        method, "http", target, "", HeaderField.NONE, -1, type, HeadRefusal.TOO_LARGE);
  }

  /** Why the request must be refused; null if it is valid. */
  public @Nullable HeadRefusal refusal() {
    return refusal;
  }

  /**
   * Whether the fields were too large, so that only the content type, the method and the path are
   * known.
   */
  public boolean isTooLarge() {
    return refusal == HeadRefusal.TOO_LARGE;
  }

  public String method() {
    return method;
  }

  public String scheme() {
    return scheme;
  }

  /**
   * The path with the query, as received, except that characters that browsers do not encode are
   * percent-encoded.
   */
  public String path() {
    return path;
  }

  /** The value of {@code :authority}, otherwise of {@code host}; empty if both are missing. */
  public String authority() {
    return authority;
  }

  /** The fields that are not pseudo-header fields. */
  public List<HeaderField> fields() {
    return Arrays.asList(fields);
  }

  /** The first value of the field with this lower-case name. */
  public Optional<String> first(String name) {
    for (var field : fields) {
      if (field.name().equals(name)) {
        return Optional.of(field.value());
      }
    }
    return Optional.empty();
  }

  /** The value of {@code content-type}; empty text if there is none. */
  public String contentType() {
    return contentType == null ? "" : contentType;
  }

  /** The content-length in bytes; -1 if there is none. */
  public long contentLength() {
    return contentLength;
  }
}
