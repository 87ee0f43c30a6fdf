package dev.oneport.client;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A token as it is sent (RFC 6750 section 2.1). Its {@link #toString} does not show it, so that no
 * log does.
 */
public final class BearerToken {
  private static final int LONGEST = 64 << 10;

  private final String value;

  private BearerToken(String value) {
    this.value = value;
  }

  /**
   * A token.
   *
   * @throws InvalidInput if it cannot be one; the message does not hold it
   */
  public static BearerToken of(String text) {
    var value = text.strip();
    if (value.isEmpty()) {
      throw new InvalidInput("the token is empty");
    }
    if (value.startsWith("{")) {
      throw new InvalidInput("that is JSON, not a token; a service account's key goes with --key");
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

  /** What goes into the header {@code Authorization}. */
  public String authorization() {
    return "Bearer " + value;
  }

  /** When it expires, by its own claim; empty if it has none. */
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
