package dev.oneport.transport.http1.client;

import dev.oneport.transport.HeaderLine;
import java.util.List;

/**
 * The head of a response.
 *
 * @param http10 whether the server uses HTTP/1.0
 */
public record OriginHead(boolean http10, int status, String reason, List<HeaderLine> fields) {
  public OriginHead {
    fields = List.copyOf(fields);
  }

  boolean interim() {
    return status < 200;
  }

  /** Whether the server keeps the connection open. */
  boolean keepsOpen() {
    var options = HeaderLine.values(fields, "connection");
    if (options.isEmpty()) {
      return !http10;
    }
    return options.stream().noneMatch(value -> contains(value, "close"))
        && (!http10 || options.stream().anyMatch(value -> contains(value, "keep-alive")));
  }

  private static boolean contains(String list, String option) {
    for (var element : list.split(",", -1)) {
      if (element.strip().equalsIgnoreCase(option)) {
        return true;
      }
    }
    return false;
  }
}
