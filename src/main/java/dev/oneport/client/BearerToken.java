package dev.oneport.client;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A bearer token (RFC 6750 section 2.1). {@link #toString} leaves the value out, to keep it out of
 * logs.
 */
public final class BearerToken {
  private static final int LONGEST = 64 << 10;

  private final String value;

  private BearerToken(String value) {
    this.value = value;
  }

  /**
   * Creates a token from its text.
   *
   * @throws InvalidInput if the text cannot be a token; the message does not contain it
   */
  public static BearerToken of(String text) {
    var value = text.strip();
    if (value.isEmpty()) {
      throw new InvalidInput("the token is empty");
    }
    if (value.startsWith("{")) {
      throw new InvalidInput("that is JSON, not a token; pass a service account's key with --key");
    }
    if (value.length() > LONGEST || !value.matches("[A-Za-z0-9._~+/-]+=*")) {
      throw new InvalidInput(
          "that is not a token: it is one word of letters, digits and . _ ~ + / -");
    }
    return new BearerToken(value);
  }

  /** The token itself. */
  public String value() {
    return value;
  }

  /** The value of the {@code Authorization} header. */
  public String authorization() {
    return "Bearer " + value;
  }

  /** When it expires, from its {@code exp} claim; empty if that is missing or unreadable. */
  public Optional<Instant> expires() {
    return Claims.of(this).flatMap(Claims::expires);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof BearerToken token && token.value.equals(value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return "BearerToken[expires=" + expires().map(Instant::toString).orElse("unknown") + "]";
  }
}
