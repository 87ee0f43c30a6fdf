package dev.oneport.identity;

import dev.oneport.identity.Verification.Rejected;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Verifies tokens, opaque ones too, and API keys. The issuer that the token names judges it; the
 * token must then match that issuer's keys, algorithms, audiences and header.
 */
final class TokenVerifier {
  private static final System.Logger LOG = System.getLogger(TokenVerifier.class.getName());

  private final Map<String, List<IssuerCheck>> byId = new HashMap<>();

  private final List<ApiKeyCheck> apiKeys;
  private final List<IntrospectionCheck> introspections;

  TokenVerifier(
      Collection<IssuerCheck> checks,
      List<ApiKeyCheck> apiKeys,
      List<IntrospectionCheck> introspections) {
    this.apiKeys = List.copyOf(apiKeys);
    this.introspections = List.copyOf(introspections);
    for (var check : checks) {
      for (var id : check.issuer().ids()) {
        byId.computeIfAbsent(id, _ -> new ArrayList<>()).add(check);
      }
    }
  }

  /**
   * Verifies a token. Every failure denies: an exception of a library means that the token is
   * invalid.
   *
   * @param header the header that carried it, in lower case; empty for {@code Authorization}
   * @param sender what the cost is charged to
   */
  Verification verify(String text, Optional<String> header, Sender sender) {
    try {
      var key = TrustedApiKeys.check(apiKeys, text, header);
      if (key.isPresent()) {
        return key.get();
      }
      var asked = IntrospectionCheck.of(introspections, header);
      return asked.isPresent() && !isNamed(text, header)
          ? asked.get().check(text)
          : verify(Token.parse(text, header), header, sender);
    } catch (MalformedToken e) {
      return Rejected.invalid(e.detail());
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.DEBUG, "a token caused {0}", e.getClass().getName());
      return Rejected.invalid("it cannot be read");
    }
  }

  private Verification verify(Token token, Optional<String> header, Sender sender) {
    if (token.signatureRemoved()) {
      return new Rejected(
          TokenProblem.SIGNATURE_REMOVED, "the platform in front removed the signature");
    }
    var issuers = named(token);
    if (issuers.isEmpty()) {
      return Rejected.invalid(issuerProblem(token));
    }
    var here = issuers.stream().filter(it -> it.issuer().header().equals(header)).toList();
    if (here.isEmpty()) {
      return Rejected.invalid(names(issuers) + ": its tokens must be sent in another header");
    }
    return here.size() == 1 ? here.getFirst().check(token, sender) : one(here, token, sender);
  }

  private static String issuerProblem(Token token) {
    if (token.claim("iss").isPresent()) {
      return "its issuer is not trusted here";
    }
    return token.has("iss") ? "its claim iss is not a string" : "it has no issuer";
  }

  /**
   * The issuers that a token names: by its {@code iss}, or by the trust domain of its {@code sub}
   * where no issuer has that {@code iss}.
   */
  private List<IssuerCheck> named(Token token) {
    var id = token.claim("iss").filter(it -> !TrustDomain.isOne(it) && byId.containsKey(it));
    return id.or(() -> token.claim("sub").flatMap(TrustDomain::of))
        .map(it -> byId.getOrDefault(it, List.of()))
        .orElse(List.of());
  }

  /**
   * Whether a credential is for one of the issuers whose credentials come in this header; says
   * nothing of whether it is good.
   */
  boolean isOurs(String text, Optional<String> header) {
    return TrustedApiKeys.check(apiKeys, text, header).isPresent()
        || IntrospectionCheck.of(introspections, header).isPresent()
        || isNamed(text, header);
  }

  /** Whether it is a token that names one of the issuers whose tokens come in this header. */
  private boolean isNamed(String text, Optional<String> header) {
    try {
      return named(Token.parse(text, header)).stream()
          .anyMatch(check -> check.issuer().header().equals(header));
    } catch (RuntimeException e) {
      // A text that is not a token of anybody.
      return false;
    }
  }

  /**
   * Checks the token with the one issuer that it is for; all of these issuers have its {@code iss}.
   */
  private static Verification one(List<IssuerCheck> issuers, Token token, Sender sender) {
    var fitting = issuers.stream().filter(it -> it.claimProblem(token).isEmpty()).toList();
    if (fitting.size() == 1) {
      return fitting.getFirst().check(token, sender);
    }
    return Rejected.invalid(
        fitting.isEmpty()
            ? issuers.stream()
                .flatMap(it -> it.claimProblem(token).stream())
                .collect(Collectors.joining("; "))
            : names(fitting) + ": it could be a token of each");
  }

  private static String names(List<IssuerCheck> issuers) {
    return issuers.stream().map(it -> it.issuer().name()).collect(Collectors.joining(", "));
  }
}
