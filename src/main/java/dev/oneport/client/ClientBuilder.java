package dev.oneport.client;

import java.time.Duration;

/** Builds an {@link OnePortClient}; each part has a default. */
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

  /** Where tokens come from; default: calls carry none. */
  public ClientBuilder tokens(TokenSource source) {
    this.tokens = source;
    return this;
  }

  /** Which certificates to trust; default: those of the system. */
  public ClientBuilder trust(Trust other) {
    this.trust = other;
    return this;
  }

  /** When calls are made again, and how long to wait; default: {@link RetryRules#DEFAULT}. */
  public ClientBuilder rules(RetryRules other) {
    this.rules = other;
    return this;
  }

  /** Hears of calls that are made again; default: nobody does. */
  public ClientBuilder observer(Observer other) {
    this.observer = other;
    return this;
  }

  /**
   * How long connecting, each try of a unary call or HTTP request, and each message to be sent may
   * take; default: 30 s. Streams and sockets last as long as they do.
   *
   * @throws InvalidInput if it is not above zero
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
