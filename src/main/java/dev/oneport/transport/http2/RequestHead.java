package dev.oneport.transport.http2;

import dev.oneport.transport.http2.hpack.HeaderField;
import dev.oneport.transport.http2.hpack.HeaderList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The head of one request as it came: pseudo-header fields apart, the other fields in their order.
 * What it holds is well formed (RFC 9113 sections 8.2 and 8.3), and says nothing more than that.
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
   * Of a request whose fields were too many to be kept; of them its content type is known, and its
   * method and path as they came, which nobody has checked.
   */
  static RequestHead tooLarge(HeaderList list) {
    var type = list.contentType() == null ? null : list.contentType().value();
    var target = list.path() == null ? "/" : list.path().value();
    var method = list.method() == null ? "POST" : list.method().value();
    return new RequestHead(
        method, "http", target, "", HeaderField.NONE, -1, type, HeadRefusal.TOO_LARGE);
  }

  /** Why the request is refused before anything looks at it; null if it is not. */
  public @Nullable HeadRefusal refusal() {
    return refusal;
  }

  /**
   * Whether the fields were too many, so that all but the content type, the method and the path is
   * unknown.
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

  /** The path with the query, as it came but for what browsers leave bare, which is encoded. */
  public String path() {
    return path;
  }

  /** Of {@code :authority}, or of {@code host} if there is none; empty if neither is there. */
  public String authority() {
    return authority;
  }

  /** The fields that are not pseudo-header fields. */
  public List<HeaderField> fields() {
    return Arrays.asList(fields);
  }

  /** The first value of that name, which must be given in lower case. */
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

  /** In bytes; -1 if the request does not say. */
  public long contentLength() {
    return contentLength;
  }
}
