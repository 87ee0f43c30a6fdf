package dev.oneport.cli;

import dev.oneport.api.Caller;
import dev.oneport.api.Route;
import dev.oneport.config.Section;
import dev.oneport.identity.TokenPreview;
import dev.oneport.server.Plan;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The caller of an expected decision: by name, by a token or its claims in a file, or nobody. */
final class ExpectedCaller {
  private static final List<String> WAYS = List.of("caller", "token-file", "claims-file");

  private final Plan plan;
  private final String name;
  private final Set<String> roles;
  private final Map<String, Object> claims;
  private final Optional<TokenPreview> token;

  /** Reads the keys that name the caller, and reports a token that would be refused. */
  ExpectedCaller(Plan plan, Section test) {
    this.plan = plan;
    this.name = test.text("caller", "");
    this.roles = new HashSet<>(test.texts("roles"));
    this.claims = claims(test);
    if (WAYS.stream().filter(test::has).count() > 1) {
      test.problem("caller", "stands alone: name one of " + String.join(", ", WAYS));
    }
    var now = Instant.now();
    this.token =
        test.file("token-file")
            .map(text -> TokenPreview.of(plan.identity(), text.strip(), now))
            .or(
                () ->
                    test.file("claims-file")
                        .map(text -> TokenPreview.ofClaims(plan.identity(), text, now)));
  }

  /** The caller of a route; one whose token is refused is nobody. */
  Caller at(Route route) {
    if (token.isPresent()) {
      return token.get().caller();
    }
    return name.isEmpty()
        ? Caller.ANONYMOUS
        : new Caller(name, PolicyCommand.issuer(plan, route), roles, claims);
  }

  private static Map<String, Object> claims(Section test) {
    var claims = new HashMap<String, Object>();
    try (var section = test.section("claims")) {
      for (var name : test.names("claims")) {
        var texts = section.texts(name);
        claims.put(
            name,
            section.isList(name)
                ? texts.stream().map(ClaimText::of).toList()
                : ClaimText.of(texts));
      }
    }
    return claims;
  }
}
