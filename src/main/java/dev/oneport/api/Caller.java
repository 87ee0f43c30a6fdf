package dev.oneport.api;

import java.util.Set;

/**
 * The caller of a call.
 *
 * @param name the name that the issuer vouches for, with the issuer's {@code caller-prefix} in
 *     front
 * @param issuer the configured name of the issuer; empty for {@link #ANONYMOUS}
 * @param roles the roles that the token brings by the issuer's {@code roles-claim}; roles that the
 *     policy gives by name are not among them
 */
public record Caller(String name, String issuer, Set<String> roles) {
  /** The caller of a route that is open to anyone, where tokens are not checked. */
  public static final Caller ANONYMOUS = new Caller("", "", Set.of());

  public Caller {
    roles = Set.copyOf(roles);
  }

  private static final ScopedValue<Caller> CURRENT = ScopedValue.newInstance();

  /**
   * The caller of the call that the current thread handles. Works in every handler and callback, on
   * every protocol, but not on threads that a handler starts.
   *
   * @throws java.util.NoSuchElementException outside of a call
   */
  public static Caller current() {
    return CURRENT.get();
  }

  /** Runs a task as part of a call by this caller. */
  public static ScopedValue.Carrier as(Caller caller) {
    return ScopedValue.where(CURRENT, caller);
  }

  public boolean anonymous() {
    return issuer.isEmpty();
  }
}
