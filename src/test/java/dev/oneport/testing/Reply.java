package dev.oneport.testing;

/**
 * A client's result, in one form for all protocols.
 *
 * @param reason the machine-readable reason; {@code OK} if the handler answered the call
 * @param status as the protocol writes it
 * @param challenge the {@code WWW-Authenticate} header; empty if there is none
 */
public record Reply(String reason, String status, String challenge) {
  public static final String OK = "OK";
}
