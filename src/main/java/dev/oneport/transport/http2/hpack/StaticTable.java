package dev.oneport.transport.http2.hpack;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The static table of header fields (RFC 7541 appendix A). */
public final class StaticTable {
  private static final String ENTRIES =
      """
      :authority
      :method GET
      :method POST
      :path /
      :path /index.html
      :scheme http
      :scheme https
      :status 200
      :status 204
      :status 206
      :status 304
      :status 400
      :status 404
      :status 500
      accept-charset
      accept-encoding gzip, deflate
      accept-language
      accept-ranges
      accept
      access-control-allow-origin
      age
      allow
      authorization
      cache-control
      content-disposition
      content-encoding
      content-language
      content-length
      content-location
      content-range
      content-type
      cookie
      date
      etag
      expect
      expires
      from
      host
      if-match
      if-modified-since
      if-none-match
      if-range
      if-unmodified-since
      last-modified
      link
      location
      max-forwards
      proxy-authenticate
      proxy-authorization
      range
      referer
      refresh
      retry-after
      server
      set-cookie
      strict-transport-security
      transfer-encoding
      user-agent
      vary
      via
      www-authenticate
      """;

  private static final HeaderField[] FIELDS =
      ENTRIES
          .lines()
          .map(line -> line.split(" ", 2))
          .map(parts -> HeaderField.of(parts[0], parts.length > 1 ? parts[1] : ""))
          .toArray(HeaderField[]::new);
  private static final Map<String, Integer> FIRST_OF_NAME = firstOfName();

  public static final int SIZE = FIELDS.length;

  private StaticTable() {}

  /** The entry at this index, 1 to {@link #SIZE}. */
  public static HeaderField get(int index) {
    return FIELDS[index - 1];
  }

  /** See {@link HeaderField#staticIndex}. */
  public static int find(HeaderField field) {
    var first = FIRST_OF_NAME.get(field.name());
    if (first == null) {
      return 0;
    }
    for (int i = first; i <= SIZE && get(i).name().equals(field.name()); i++) {
      if (get(i).value().equals(field.value())) {
        return i;
      }
    }
    return -first;
  }

  /** The text of a name; the table's own string if the name is in it. */
  public static String nameOf(byte[] bytes) {
    var text = new String(bytes, StandardCharsets.ISO_8859_1);
    var index = FIRST_OF_NAME.get(text);
    return index == null ? text : get(index).name();
  }

  private static Map<String, Integer> firstOfName() {
    var result = new HashMap<String, Integer>();
    for (int i = FIELDS.length; i > 0; i--) {
      result.put(FIELDS[i - 1].name(), i);
    }
    return Map.copyOf(result);
  }
}
