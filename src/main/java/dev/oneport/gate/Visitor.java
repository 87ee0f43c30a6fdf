package dev.oneport.gate;

import dev.oneport.audit.Trace;
import io.helidon.http.Headers;
import java.util.List;
import java.util.Optional;

/**
 * Whoever sent an HTTP request, for handlers of routes that are open to anyone: there the guard
 * does not look at tokens. What is said here is what the gate would say of a call.
 */
public final class Visitor {
  private final Gate gate;
  private final Credential credential;
  private final Optional<Trace> trace;
  private final Object connection;

  private Visitor(Gate gate, Credential credential, Optional<Trace> trace, Object connection) {
    this.gate = gate;
    this.credential = credential;
    this.trace = trace;
    this.connection = connection;
  }

  /**
   * The sender of a request with these headers.
   *
   * @param connection what it came on
   */
  public static Visitor of(Headers headers, Object connection, Gate gate) {
    return new Visitor(
        gate, HttpGuard.credential(headers, gate, List.of()), HttpGuard.trace(headers), connection);
  }

  /** Whom the token names now: it may have ended since. */
  public Who who() {
    return gate.who(credential, connection);
  }

  /** What a call to each mounted route would be told now. */
  public List<Right> rights() {
    return gate.rights(credential, connection);
  }

  /** The roles of the caller that the token names: those it brings, and those the policy gives. */
  public List<String> roles() {
    return switch (who()) {
      case Who.Known(var verified) -> gate.policy().roles(verified.caller());
      case Who.Unknown _ -> List.of();
    };
  }

  /** The trace that the request belongs to. */
  public Optional<Trace> trace() {
    return trace;
  }
}
