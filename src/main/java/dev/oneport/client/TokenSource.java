package dev.oneport.client;

import java.util.Optional;

/** Where tokens come from. Tokens are kept in memory only. */
public interface TokenSource {
  /**
   * The token to send now, renewed before it expires where possible; empty for calls without one.
   *
   * @throws CallFailed if none is available
   */
  Optional<BearerToken> token() throws InterruptedException;

  /**
   * Gets another token in place of one that the server refused.
   *
   * @return false if there is no other
   * @throws CallFailed if that failed
   */
  boolean renew(BearerToken refused) throws InterruptedException;

  /** Calls without a token. */
  static TokenSource none() {
    return new TokenSource() {
      @Override
      public Optional<BearerToken> token() {
        return Optional.empty();
      }

      @Override
      public boolean renew(BearerToken refused) {
        return false;
      }
    };
  }

  /** One token, which nothing renews. */
  static TokenSource fixed(BearerToken token) {
    return new TokenSource() {
      @Override
      public Optional<BearerToken> token() {
        return Optional.of(token);
      }

      @Override
      public boolean renew(BearerToken refused) {
        return false;
      }
    };
  }
}
