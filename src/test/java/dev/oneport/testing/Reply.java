package dev.oneport.testing;

/**
 * What a client got, told in one way for all protocols.
 *
 * @param reason the machine-readable reason; {@code OK} if the call was answered by its handler
 * @param status in the protocol's own terms
 * @param challenge the {@code WWW-Authenticate} header; empty where there is none
 */
public record Reply(String reason, String status, String challenge) {
  public static final String OK = "OK";
}
