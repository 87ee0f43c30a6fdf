package dev.oneport.identity;

import dev.oneport.identity.Verification.Rejected;
import dev.oneport.identity.Verification.Standing;
import dev.oneport.identity.Verification.Verified;
import dev.oneport.json.Json;
import dev.oneport.json.StrictJson;
import dev.oneport.json.StrictJson.MalformedJson;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Asks an issuer about a token, and judges the answer as if it were the token's claims. */
final class Introspector {
  private final IntrospectionIssuer issuer;
  private final KeyClient client;
  private final ClaimRules rules;

  Introspector(IntrospectionIssuer issuer, KeyClient client) {
    this.issuer = issuer;
    this.client = client;
    this.rules = new ClaimRules(issuer.rules());
  }

  /**
   * Asks about a token.
   *
   * @param standing of the token if it is active
   * @throws IOException if there is no answer, or none that can be understood
   */
  Verification ask(String text, ForeignNames foreign, Instant now, Standing standing)
      throws IOException, InterruptedException {
    var form =
        "token="
            + URLEncoder.encode(text, StandardCharsets.UTF_8)
            + "&token_type_hint=access_token";
    var body = client.post(issuer.endpoint(), form, issuer.authorization(), issuer.access());
    var answer = object(body);
    var active = answer.get("active");
    if (!JsonValue.TRUE.equals(active) && !JsonValue.FALSE.equals(active)) {
      throw new UnclearAnswer("the answer does not say whether the token is active");
    }
    return JsonValue.TRUE.equals(active)
        ? judge(answer, foreign, now, standing)
        : inactive(issuer.name());
  }

  private static JsonObject object(String body) throws UnclearAnswer {
    try {
      return StrictJson.object(body);
    } catch (MalformedJson e) {
      throw new UnclearAnswer("the answer " + e.getMessage());
    }
  }

  static Rejected inactive(String name) {
    return Rejected.invalid(name + ": the issuer says that the token is not active");
  }

  private Verification judge(
      JsonObject answer, ForeignNames foreign, Instant now, Standing standing) {
    var token = Token.of(withExpiry(answer, now));
    var expires = token.time("exp");
    if (expires.isEmpty()) {
      return Rejected.invalid(issuer.name() + ": its claim exp is not a time");
    }
    var until = expires.get().plus(issuer.rules().skew());
    if (!now.isBefore(until)) {
      return new Rejected(TokenProblem.EXPIRED, issuer.name() + ": the token expired");
    }
    var problem = rules.claimProblem(token).or(() -> rules.problem(token, foreign, now));
    return problem.isPresent()
        ? Rejected.invalid(issuer.name() + ": " + problem.get())
        : new Verified(
            rules.caller(token, foreign),
            until,
            standing,
            IssuerKind.INTROSPECTION,
            CertificateBinding.thumbprint(token),
            TokenIdentity.of(Token.of(answer)));
  }

  /** An answer need not have an expiry; then the token's longest accepted life begins now. */
  private JsonObject withExpiry(JsonObject answer, Instant now) {
    if (answer.containsKey("exp")) {
      return answer;
    }
    var latest = now.plus(issuer.rules().maxLifetime());
    return Json.PROVIDER
        .createObjectBuilder(answer)
        .remove("iat")
        .add("exp", latest.getEpochSecond())
        .build();
  }
}
