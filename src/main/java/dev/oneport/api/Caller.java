package dev.oneport.api;

import java.util.Collections;
import java.util.LinkedHashMap;
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
 *     each as the token has it: {@code String}, {@code Boolean}, {@code Long}, {@code Double}, or a
 *     {@code List} or {@code Map} of these; {@code scope} and {@code scp} are lists; not in any log
 */
public record Caller(String name, String issuer, Set<String> roles, Map<String, Object> claims) {
  /** The caller of a route that is open to anyone, where tokens are not checked. */
  public static final Caller ANONYMOUS = new Caller("", "", Set.of());

  public Caller {
    roles = Set.copyOf(roles);
    claims = copy(claims);
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
   * A claim that is one text, or a list of one; empty for others and if it is not among {@link
   * #claims}.
   */
  public Optional<String> claim(String name) {
    var texts = claimTexts(name);
    return texts.size() == 1 ? Optional.of(texts.getFirst()) : Optional.empty();
  }

  /** The texts of a claim, which may be one or a list; without its values of other types. */
  public List<String> claimTexts(String name) {
    var value = claims.getOrDefault(name, List.of());
    var values = value instanceof List<?> several ? several : List.of(value);
    return values.stream().filter(String.class::isInstance).map(String.class::cast).toList();
  }

  private static Map<String, Object> copy(Map<?, ?> claims) {
    var copies = new LinkedHashMap<String, Object>();
    claims.forEach((claim, value) -> copies.put(String.valueOf(claim), copy(value)));
    return Collections.unmodifiableMap(copies);
  }

  private static Object copy(Object value) {
    return switch (value) {
      case List<?> items -> items.stream().map(Caller::copy).toList();
      case Map<?, ?> members -> copy(members);
      case String _, Boolean _, Long _, Double _ -> value;
      default -> throw new IllegalArgumentException("a claim of the type " + value.getClass());
    };
  }

  /** Without the claims, which may hold what no log should. */
  @Override
  public String toString() {
    return "Caller[name=" + name + ", issuer=" + issuer + ", roles=" + roles + "]";
  }
}
