package dev.oneport.identity;

import dev.oneport.config.Section;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The trusted issuers, as configured below {@code identity}: {@code issuers}, each with a name;
 * {@code keys}, the times at which their keys are fetched; and {@code cache-size}, the maximum
 * number of cached tokens.
 */
public final class Identity {
  static final int CACHE_SIZE = 100_000;

  private static final int MAX_CACHE_SIZE = 10_000_000;

  private final List<NamedIssuer> issuers;
  private final Optional<Map<String, Set<String>>> names;
  private final KeyTimes keyTimes;
  private final int cacheSize;

  private Identity(
      List<? extends NamedIssuer> issuers,
      Optional<Map<String, Set<String>>> names,
      KeyTimes keyTimes,
      int cacheSize) {
    this.issuers = List.copyOf(issuers);
    this.names = names;
    this.keyTimes = keyTimes;
    this.cacheSize = cacheSize;
  }

  /** Reads the section and closes it. */
  public static Identity read(Section section) {
    try (section) {
      var issuers = new ArrayList<NamedIssuer>();
      var sections = section.named("issuers");
      var bringRoles =
          sections.values().stream().filter(each -> each.has("roles-claim")).count() > 1;
      var names = new LinkedHashMap<String, Set<String>>();
      sections.forEach(
          (name, each) -> {
            var read = IssuerKind.of(each).read(name, each, sections.size() > 1, bringRoles);
            issuers.addAll(read);
            names.put(
                name, read.stream().map(NamedIssuer::name).collect(Collectors.toUnmodifiableSet()));
          });
      reportShared(of(issuers, Issuer.class), section);
      new IssuerNames(issuers).report(section);
      reportKeys(issuers, section);
      reportAsked(of(issuers, IntrospectionIssuer.class), section);
      return new Identity(
          issuers,
          Optional.of(Collections.unmodifiableMap(names)),
          KeyTimes.read(section.section("keys")),
          section.integer("cache-size", CACHE_SIZE, 0, MAX_CACHE_SIZE));
    }
  }

  /** The identity of a server in dev mode: one issuer, whose key never leaves the process. */
  public static Identity of(DevIssuer issuer) {
    return new Identity(List.of(issuer.issuer()), Optional.empty(), KeyTimes.DEFAULT, CACHE_SIZE);
  }

  /** The issuers of one kind, in the order of the configuration. */
  <I extends NamedIssuer> List<I> issuers(Class<I> kind) {
    return of(issuers, kind);
  }

  private static <I extends NamedIssuer> List<I> of(List<NamedIssuer> issuers, Class<I> kind) {
    return issuers.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** The names that belong to other issuers. */
  ForeignNames foreign(NamedIssuer issuer) {
    return new IssuerNames(issuers).foreign(issuer);
  }

  KeyTimes keyTimes() {
    return keyTimes;
  }

  int cacheSize() {
    return cacheSize;
  }

  /** The headers that may carry tokens besides {@code Authorization}, in lower case. */
  public Set<String> headers() {
    var headers = new TreeSet<String>();
    issuers(Issuer.class).forEach(issuer -> issuer.header().ifPresent(headers::add));
    issuers(ApiKeyIssuer.class).forEach(issuer -> issuer.header().ifPresent(headers::add));
    issuers(IntrospectionIssuer.class).forEach(issuer -> issuer.header().ifPresent(headers::add));
    return headers;
  }

  /** Where requests may carry credentials of these issuers, or of all for an empty set. */
  public CredentialPlaces places(Set<String> names) {
    return names.isEmpty()
        ? CredentialPlaces.and(headers())
        : CredentialPlaces.of(issuers.stream().filter(it -> names.contains(it.name())).toList());
  }

  /**
   * The issuers by the operator's names for them; a name may stand for several. Empty in dev mode,
   * whose one issuer is in no file.
   */
  public Optional<Map<String, Set<String>>> names() {
    return names;
  }

  /** The names of issuers that {@code other} lacks or configures differently. */
  public List<String> notIn(Identity other) {
    return issuers.stream()
        .filter(issuer -> !other.issuers.contains(issuer))
        .map(NamedIssuer::name)
        .toList();
  }

  /** The operator's names of issuers that may send logout tokens. */
  public List<String> logoutIssuers() {
    var sending =
        issuers(Issuer.class).stream().filter(it -> !it.logoutAudiences().isEmpty()).toList();
    return names.orElse(Map.of()).entrySet().stream()
        .filter(it -> sending.stream().anyMatch(issuer -> it.getValue().contains(issuer.name())))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Whether no issuer is trusted. */
  public boolean isEmpty() {
    return issuers.isEmpty();
  }

  /** Whether any issuer's credentials bring roles. */
  public boolean bringsRoles() {
    return issuers.stream().anyMatch(NamedIssuer::bringsRoles);
  }

  /** Whether any issuer's credentials may bring a role of this name. */
  public boolean mayBring(String role) {
    return issuers.stream().anyMatch(issuer -> issuer.mayBring(role));
  }

  /** Whether the credentials of some issuers, by their names in callers, may bring a role. */
  public boolean mayBring(String role, Set<String> by) {
    return issuers.stream().anyMatch(it -> by.contains(it.name()) && it.mayBring(role));
  }

  /**
   * Why no issuer could name this caller; empty if one could, or if there are no issuers.
   *
   * @param by the issuers that may name it, by their names in callers; all if empty
   */
  public Optional<String> callerProblem(String caller, Set<String> by) {
    return problem(
        by,
        it -> caller.startsWith(it.callerPrefix()) && !foreign(it).hasCaller(caller),
        it -> it.callerShape().fits(caller.substring(it.callerPrefix().length())));
  }

  /** The same for all callers whose names begin with one text and end with another. */
  public Optional<String> patternProblem(String head, String tail, Set<String> by) {
    return problem(
        by,
        it -> head.startsWith(it.callerPrefix()) && !foreign(it).hasCaller(head),
        it -> it.callerShape().mayBe(head.substring(it.callerPrefix().length()), tail));
  }

  /**
   * Whether every issuer that could name a caller whose name begins like this text names callers by
   * their e-mail addresses.
   */
  public boolean namesByAddress(String text) {
    var possible =
        issuers.stream()
            .filter(it -> text.startsWith(it.callerPrefix()) && !foreign(it).hasCaller(text))
            .toList();
    return !possible.isEmpty() && possible.stream().allMatch(NamedIssuer::namesByAddress);
  }

  private Optional<String> problem(
      Set<String> by, Predicate<NamedIssuer> prefixed, Predicate<NamedIssuer> shaped) {
    var asked = issuers.stream().filter(it -> by.isEmpty() || by.contains(it.name())).toList();
    var possible = asked.stream().filter(prefixed).toList();
    if (possible.stream().anyMatch(shaped) || asked.isEmpty()) {
      return Optional.empty();
    }
    if (possible.isEmpty()) {
      var prefixes =
          asked.stream().map(it -> "'" + it.callerPrefix() + "'").collect(Collectors.toSet());
      return Optional.of(
          by.isEmpty()
              ? "must begin with an issuer's caller-prefix, and these are "
                  + String.join(", ", new TreeSet<>(callerPrefixes()))
              : "must begin with the caller-prefix of "
                  + String.join(" or ", new TreeSet<>(by))
                  + ", whose credential decides: "
                  + String.join(", ", new TreeSet<>(prefixes)));
    }
    return Optional.of(
        "must look like a caller of an issuer, such as "
            + possible.stream()
                .map(it -> it.callerPrefix() + it.callerShape().example())
                .distinct()
                .sorted()
                .collect(Collectors.joining(", ")));
  }

  /** What the names of the issuers' callers begin with; empty for those without a prefix. */
  public Set<String> callerPrefixes() {
    return issuers.stream().map(NamedIssuer::callerPrefix).collect(Collectors.toSet());
  }

  /** The headers that carry certificates of the clients of trusted proxies, in lower case. */
  public Set<String> certificateHeaders() {
    var headers = new TreeSet<String>();
    issuers(CertificateIssuer.class).stream()
        .flatMap(issuer -> issuer.forwarded().stream())
        .forEach(header -> headers.addAll(new ForwardedCertificate(header).headers()));
    return headers;
  }

  /**
   * Reports what cannot work here.
   *
   * @param section {@code identity}
   * @param tls whether clients speak TLS to this server
   * @param proxies whether any proxy is trusted
   */
  public void check(Section section, boolean tls, boolean proxies, Instant now) {
    CertificateIssuerFile.check(issuers(CertificateIssuer.class), section, tls, proxies, now);
  }

  /** Reports issuers that would be asked about the same opaque tokens. */
  private static void reportAsked(List<IntrospectionIssuer> issuers, Section section) {
    var headers = new HashMap<Optional<String>, String>();
    for (var issuer : issuers) {
      var other = headers.putIfAbsent(issuer.header(), issuer.name());
      if (other != null) {
        section.problem(
            "issuers." + issuer.name(),
            "is asked about the opaque tokens of the same header as " + other + ": set header");
      }
    }
  }

  /** Whether some issuer lists a claim of this name. */
  public boolean listsClaim(String name) {
    return issuers.stream()
        .flatMap(issuer -> issuer.claims().stream())
        .anyMatch(claim -> claim.text().equals(name));
  }

  /** Reports keys that would name what only another issuer may name. */
  private static void reportKeys(List<NamedIssuer> issuers, Section section) {
    var names = new IssuerNames(issuers);
    for (var issuer : of(issuers, ApiKeyIssuer.class)) {
      var foreign = names.foreign(issuer);
      for (var key : issuer.keys()) {
        if (foreign.hasCaller(issuer.callerPrefix() + key.name())
            || key.roles().stream().anyMatch(foreign::hasRole)) {
          section.problem(
              "issuers." + issuer.name(),
              "the key " + key.name() + " has a name or a role that only another issuer may give");
        }
      }
    }
  }

  /** Reports issuers that could both accept the same token. */
  private static void reportShared(List<Issuer> issuers, Section section) {
    for (int i = 0; i < issuers.size(); i++) {
      var issuer = issuers.get(i);
      issuers.subList(0, i).stream()
          .filter(other -> isShared(issuer, other) && !issuer.isApartFrom(other))
          .findFirst()
          .ifPresent(
              other ->
                  section.problem(
                      "issuers." + issuer.name() + ".issuer",
                      "is the issuer of "
                          + other.name()
                          + " already, and neither their audiences nor a claim that both require"
                          + " tells their tokens apart"));
    }
  }

  private static boolean isShared(Issuer issuer, Issuer other) {
    return issuer.ids().stream().anyMatch(id -> !id.isEmpty() && other.ids().contains(id));
  }
}
