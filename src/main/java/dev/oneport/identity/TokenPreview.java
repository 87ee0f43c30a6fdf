package dev.oneport.identity;

import dev.oneport.api.Caller;
import dev.oneport.json.Json;
import dev.oneport.json.StrictJson;
import dev.oneport.json.StrictJson.MalformedJson;
import jakarta.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a server with this identity would make of a token, apart from its signature and its header:
 * for an operator who asks about the policy without a server.
 *
 * @param caller the caller that it names; {@link Caller#ANONYMOUS} if it would be refused
 * @param problem why it would be refused; never holds any part of it
 */
public record TokenPreview(Caller caller, Optional<String> problem) {
  /** Reads a signed token or an API key. */
  public static TokenPreview of(Identity identity, String text, Instant now) {
    var keys = identity.issuers(ApiKeyIssuer.class);
    for (var issuer : keys) {
      for (var key : issuer.keys()) {
        if (ApiKey.isKey(text) && key.hasDigest(ApiKey.digestOf(text))) {
          return now.isBefore(key.until())
              ? of(new Caller(issuer.callerPrefix() + key.name(), issuer.name(), key.roles()))
              : refused("the API key expired");
        }
      }
    }
    try {
      return of(identity, Token.parse(text), now);
    } catch (MalformedToken e) {
      return refused(e.detail());
    }
  }

  /**
   * Reads claims, as an issuer would put them into a token; times may be missing.
   *
   * @param json a JSON object
   */
  public static TokenPreview ofClaims(Identity identity, String json, Instant now) {
    try {
      return of(identity, Token.of(withTimes(StrictJson.object(json), now)), now);
    } catch (MalformedJson e) {
      return refused("the text " + e.getMessage());
    }
  }

  private static JsonObject withTimes(JsonObject claims, Instant now) {
    return claims.containsKey("exp")
        ? claims
        : Json.PROVIDER.createObjectBuilder(claims).add("exp", now.getEpochSecond() + 1).build();
  }

  private static TokenPreview of(Identity identity, Token token, Instant now) {
    var id = token.claim("iss").or(() -> token.claim("sub").flatMap(TrustDomain::of));
    var named =
        identity.issuers(Issuer.class).stream()
            .filter(issuer -> id.filter(issuer.ids()::contains).isPresent())
            .toList();
    var fitting =
        named.stream().filter(it -> new ClaimRules(it).claimProblem(token).isEmpty()).toList();
    if (fitting.size() == 1) {
      return of(fitting.getFirst(), identity.foreign(fitting.getFirst()), token, now);
    }
    return refused(named.isEmpty() ? "its issuer is not trusted here" : misfit(named, token));
  }

  private static String misfit(List<Issuer> named, Token token) {
    return named.stream()
        .map(it -> it.name() + ": " + new ClaimRules(it).claimProblem(token).orElse("it fits"))
        .collect(Collectors.joining("; "));
  }

  private static TokenPreview of(Issuer issuer, ForeignNames foreign, Token token, Instant now) {
    var rules = new ClaimRules(issuer);
    var expires = token.time("exp");
    if (expires.isEmpty()) {
      return refused(issuer.name() + ": it has no expiry time");
    }
    if (!now.isBefore(expires.get().plus(issuer.skew()))) {
      return refused(issuer.name() + ": the token expired");
    }
    return rules
        .problem(token, foreign, now)
        .map(problem -> refused(issuer.name() + ": " + problem))
        .orElseGet(() -> of(rules.caller(token, foreign)));
  }

  private static TokenPreview of(Caller caller) {
    return new TokenPreview(caller, Optional.empty());
  }

  private static TokenPreview refused(String problem) {
    return new TokenPreview(Caller.ANONYMOUS, Optional.of(problem));
  }
}
