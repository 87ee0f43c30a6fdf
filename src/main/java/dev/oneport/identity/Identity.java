package dev.oneport.identity;

import dev.oneport.config.Section;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The issuers that are trusted, as configured below {@code identity}. */
public final class Identity {
  /** How many verified tokens are remembered. */
  public static final int CACHE_SIZE = 100_000;

  private static final int MAX_CACHE_SIZE = 10_000_000;

  private final List<Issuer> issuers;
  private final int cacheSize;

  private Identity(List<Issuer> issuers, int cacheSize) {
    this.issuers = List.copyOf(issuers);
    this.cacheSize = cacheSize;
  }

  /** Reads the section and closes it. */
  public static Identity read(Section section) {
    try (section) {
      var issuers = new ArrayList<Issuer>();
      var sections = section.named("issuers");
      sections.forEach(
          (name, each) -> {
            if (sections.size() > 1 && !each.has("caller-prefix")) {
              each.problem(
                  "caller-prefix",
                  "with several issuers, each must say how its callers are named: "
                      + "\""
                      + name
                      + ":\" keeps them apart, \"\" lets one name mean one caller whoever vouches for it");
            }
            issuers.add(Issuer.read(name, each));
          });
      reportShared(issuers, section);
      return new Identity(issuers, section.integer("cache-size", CACHE_SIZE, 0, MAX_CACHE_SIZE));
    }
  }

  /** The dev server's: one issuer, whose key never leaves the process. */
  public static Identity of(DevIssuer issuer) {
    return new Identity(List.of(issuer.issuer()), CACHE_SIZE);
  }

  public VerifiedTokens verifiedTokens(Clock clock) {
    return new VerifiedTokens(issuers, cacheSize, clock);
  }

  /** The headers beside {@code Authorization} that tokens may come in, in lower case. */
  public Set<String> headers() {
    var headers = new TreeSet<String>();
    issuers.forEach(issuer -> issuer.header().ifPresent(headers::add));
    return headers;
  }

  public boolean isEmpty() {
    return issuers.isEmpty();
  }

  /** Whether any issuer's tokens bring roles. */
  public boolean bringsRoles() {
    return issuers.stream().map(Issuer::rolesClaim).anyMatch(Optional::isPresent);
  }

  private static void reportShared(List<Issuer> issuers, Section section) {
    var owners = new HashMap<String, String>();
    for (var issuer : issuers) {
      for (var id : issuer.ids()) {
        var other = owners.putIfAbsent(id, issuer.name());
        if (other != null && !id.isEmpty()) {
          section.problem(
              "issuers." + issuer.name() + ".issuer", "is the issuer of " + other + " already");
          break;
        }
      }
    }
  }
}
