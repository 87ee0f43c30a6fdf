package dev.oneport.client;

import java.util.Optional;

/** Where tokens come from. Tokens are kept in memory only. */
public interface TokenSource {
  /**
   * The token to send now, renewed before it expires where possible; empty to send none.
   *
   * @throws CallFailed if none is available
   */
  Optional<BearerToken> token() throws InterruptedException;

  /**
   * Replaces a token that the server refused.
   *
   * @return false if there is no other
   * @throws CallFailed if fetching another one failed
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

  /** One token, never renewed. */
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
