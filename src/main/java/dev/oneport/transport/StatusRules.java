package dev.oneport.transport;

import io.helidon.http.Status;

/** What a status says of its response. */
public final class StatusRules {
  private StatusRules() {}

  /**
   * Whether the length of the content may be announced: not where there never is any (RFC 9110
   * section 8.6). In a 304 it would be that of the unmodified content.
   */
  public static boolean mayHaveLength(int status) {
    return status >= 200
        && status != Status.NO_CONTENT_204.code()
        && status != Status.NOT_MODIFIED_304.code();
  }
}
