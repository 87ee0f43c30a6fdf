package dev.oneport.identity;

import dev.oneport.config.Section;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Who is trusted to say who a caller is, and how their tokens are read. Shape of the configuration,
 * below {@code identity.issuers.NAME}:
 *
 * <pre>
 * issuer: https://accounts.google.com       # the token's iss, to the letter
 * jwks: https://www.googleapis.com/...      # URL or file
 * audiences: [ "https://me.example" ]       # one of them must be in the token's aud
 * caller-claim: email                       # default sub
 * require-verified-email: true              # default: whether caller-claim is email
 * caller-prefix: ""                         # in front of the caller's name; must be chosen when there are several issuers
 * roles-claim: groups                       # default: tokens bring no roles
 * algorithms: [ RS256, ES256 ]              # the default
 * clock-skew: 30s
 * header: x-goog-iap-jwt-assertion          # default: Authorization: Bearer
 * </pre>
 *
 * @param name the operator's name for it
 * @param ids the values of {@code iss} that are its own
 * @param header the header that its tokens come in, in lower case, where it is not {@code
 *     Authorization}
 */
record Issuer(
    String name,
    Set<String> ids,
    KeySource keys,
    Set<String> audiences,
    String callerClaim,
    boolean verifiedEmail,
    String callerPrefix,
    Optional<String> rolesClaim,
    Set<Algorithm> algorithms,
    Duration skew,
    Optional<String> header) {
  static final Duration SKEW = Duration.ofSeconds(30);
  static final Set<Algorithm> ALGORITHMS = Set.of(Algorithm.RS256, Algorithm.ES256);

  private static final String GOOGLE = "accounts.google.com";
  private static final Duration MAX_SKEW = Duration.ofMinutes(5);

  Issuer {
    ids = Set.copyOf(ids);
    audiences = Set.copyOf(audiences);
    algorithms = Set.copyOf(algorithms);
  }

  /** Reads one issuer and closes its section. */
  static Issuer read(String name, Section section) {
    try (section) {
      var id = section.required("issuer");
      var audiences = section.texts("audiences");
      if (audiences.isEmpty() && !section.hasProblem("audiences")) {
        section.problem(
            "audiences",
            "must name who the tokens are meant for: without it any service's tokens would do");
      }
      var callerClaim = section.text("caller-claim", "sub");
      return new Issuer(
          name,
          id.endsWith("//" + GOOGLE) || id.equals(GOOGLE)
              ? Set.of(GOOGLE, "https://" + GOOGLE)
              : Set.of(id),
          KeySource.read(section),
          new LinkedHashSet<>(audiences),
          callerClaim,
          section.flag("require-verified-email", callerClaim.equals("email")),
          section.text("caller-prefix", ""),
          section.text("roles-claim"),
          algorithms(section),
          section.duration("clock-skew", SKEW, Duration.ZERO, MAX_SKEW),
          header(section));
    }
  }

  private static Set<Algorithm> algorithms(Section section) {
    List<String> names = section.texts("algorithms");
    var algorithms = EnumSet.noneOf(Algorithm.class);
    for (var name : names) {
      Algorithm.named(name)
          .ifPresentOrElse(
              algorithms::add,
              () ->
                  section.problem(
                      "algorithms", name + " is not one of " + List.of(Algorithm.values())));
    }
    return algorithms.isEmpty() ? ALGORITHMS : algorithms;
  }

  private static Optional<String> header(Section section) {
    var header = section.text("header").map(it -> it.toLowerCase(Locale.ROOT));
    if (header.isPresent() && !header.get().matches("[a-z0-9-]+")) {
      section.problem("header", "must be the name of a header");
    }
    return header.filter(it -> !it.equals("authorization"));
  }
}
