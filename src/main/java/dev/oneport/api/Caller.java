package dev.oneport.api;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The caller of a call.
 *
 * @param name the name that the issuer vouches for, with the issuer's {@code caller-prefix} in
 *     front
 * @param issuer the configured name of the issuer; empty for {@link #ANONYMOUS}
 * @param roles the roles that the token brings by the issuer's {@code roles-claim}; roles that the
 *     policy gives by name are not among them
 * @param claims the claims of the token that the issuer's {@code claims} lists, by the names there,
 *     each with its texts, numbers and truth values as texts; not in any log
 */
public record Caller(
    String name, String issuer, Set<String> roles, Map<String, List<String>> claims) {
  /** The caller of a route that is open to anyone, where tokens are not checked. */
  public static final Caller ANONYMOUS = new Caller("", "", Set.of());

  public Caller {
    roles = Set.copyOf(roles);
    var copies = new HashMap<String, List<String>>();
    claims.forEach((claim, values) -> copies.put(claim, List.copyOf(values)));
    claims = Map.copyOf(copies);
  }

  /** A caller without claims. */
  public Caller(String name, String issuer, Set<String> roles) {
    this(name, issuer, roles, Map.of());
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

  /**
   * The value of a claim that has one; empty if it is not among {@link #claims}, or has several.
   */
  public Optional<String> claim(String name) {
    var values = claims.getOrDefault(name, List.of());
    return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
  }

  /** Without the claims, which may hold what no log should. */
  @Override
  public String toString() {
    return "Caller[name=" + name + ", issuer=" + issuer + ", roles=" + roles + "]";
  }
}
