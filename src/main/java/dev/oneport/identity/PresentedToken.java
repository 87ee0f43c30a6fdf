package dev.oneport.identity;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A token as it was presented, not verified. */
public final class PresentedToken {
  private final String text;
  private final Optional<String> header;

  /** Threads may set it at the same time, to the same value. */
  private volatile @Nullable TokenDigest digest;

  /**
   * A token.
   *
   * @param header the header that carried it, in lower case; empty for {@code Authorization}
   */
  public PresentedToken(String text, Optional<String> header) {
    this.text = text;
    this.header = header;
  }

  public String text() {
    return text;
  }

  public Optional<String> header() {
    return header;
  }

  TokenDigest digest() {
    var known = digest;
    if (known == null) {
      known = TokenDigest.of(text, header);
      digest = known;
    }
    return known;
  }

  /** Not the token, so that it stands in no log. */
  @Override
  public String toString() {
    return "a token";
  }
}
