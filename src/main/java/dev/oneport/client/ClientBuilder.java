package dev.oneport.client;

import java.time.Duration;

/** Builds an {@link OnePortClient}; every setting has a default. */
public final class ClientBuilder {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  final Endpoint endpoint;
  TokenSource tokens = TokenSource.none();
  Trust trust = Trust.system();
  RetryRules rules = RetryRules.DEFAULT;
  Observer observer = Observer.SILENT;
  Duration timeout = TIMEOUT;

  ClientBuilder(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  /** Where tokens come from; default: calls are sent without a token. */
  public ClientBuilder tokens(TokenSource source) {
    this.tokens = source;
    return this;
  }

  /** Which certificates to trust; default: those of the system. */
  public ClientBuilder trust(Trust other) {
    this.trust = other;
    return this;
  }

  /** When to retry calls, and how long to wait; default: {@link RetryRules#DEFAULT}. */
  public ClientBuilder rules(RetryRules other) {
    this.rules = other;
    return this;
  }

  /** Is notified before each retry; default: {@link Observer#SILENT}. */
  public ClientBuilder observer(Observer other) {
    this.observer = other;
    return this;
  }

  /**
   * The time allowed for connecting, for each try of a unary call or HTTP request, and for sending
   * each WebSocket message; default: 30 s. Streams and sockets have no limit.
   *
   * @throws InvalidInput if the time-out is not above zero
   */
  public ClientBuilder timeout(Duration other) {
    if (other.isNegative() || other.isZero()) {
      throw new InvalidInput("the time-out must be above zero");
    }
    this.timeout = other;
    return this;
  }

  /** The client; it connects when it is first used. */
  public OnePortClient build() {
    return new OnePortClient(this);
  }
}
