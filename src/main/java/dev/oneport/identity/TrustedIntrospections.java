package dev.oneport.identity;

import dev.oneport.time.Clocks;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The issuers of opaque tokens that the running server asks. Those that a new configuration leaves
 * as they are keep what they were told.
 */
final class TrustedIntrospections {
  private final KeyClient client;
  private final Clocks clocks;
  private Map<String, IntrospectionCheck> checks = Map.of();
  private List<IntrospectionCheck> others = List.of();

  TrustedIntrospections(KeyClient client, Clocks clocks) {
    this.client = client;
    this.clocks = clocks;
  }

  /** The checks of what is configured; tokens of before stay good until {@link #retireOthers()}. */
  List<IntrospectionCheck> replace(Identity identity) {
    var after = new LinkedHashMap<String, IntrospectionCheck>();
    for (var issuer : identity.issuers(IntrospectionIssuer.class)) {
      var known = checks.get(issuer.name());
      var check =
          known != null && known.issuer().equals(issuer)
              ? known
              : new IntrospectionCheck(issuer, client, clocks);
      check.keep(identity.foreign(issuer));
      after.put(issuer.name(), check);
    }
    others = checks.values().stream().filter(check -> !after.containsValue(check)).toList();
    checks = after;
    return List.copyOf(after.values());
  }

  void retireOthers() {
    others.forEach(IntrospectionCheck::retire);
    others = List.of();
  }
}
