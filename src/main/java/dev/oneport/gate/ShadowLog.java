package dev.oneport.gate;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.oneport.api.Caller;
import dev.oneport.api.Route;
import dev.oneport.identity.Sender;
import dev.oneport.policy.Ruling;
import java.time.Duration;

/** Logs where the shadow policy's verdict differs; each difference at most once a minute. */
final class ShadowLog {
  private static final System.Logger LOG = System.getLogger("dev.oneport.shadow");
  private static final long MOST = 10_000;
  private static final Duration QUIET = Duration.ofMinutes(1);

  private record Difference(Route route, String issuer, String caller, boolean allowed) {}

  private final Cache<Difference, Boolean> logged =
      Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(QUIET).build();

  /**
   * Compares the verdicts of a policy and its shadow on a call; verifies the token if only the
   * shadow needs it.
   *
   * @param known the call, by an anonymous caller if the policy did not need to know
   */
  void compare(Terms now, CallFacts known, Credential credential, Sender sender) {
    var policy = now.policy();
    policy
        .shadow()
        .ifPresent(
            shadow -> {
              var unasked =
                  policy.decideForAnyone(known).isPresent()
                      && shadow.decideForAnyone(known).isEmpty();
              var facts = unasked ? known.by(now.caller(credential, sender)) : known;
              compare(facts.route(), facts.caller(), policy.decide(facts), shadow.decide(facts));
            });
  }

  private void compare(Route route, Caller caller, Ruling real, Ruling shadow) {
    if (real.allowed() == shadow.allowed()) {
      return;
    }
    var difference = new Difference(route, caller.issuer(), caller.name(), shadow.allowed());
    if (logged.asMap().putIfAbsent(difference, true) == null) {
      LOG.log(
          System.Logger.Level.INFO,
          "shadow policy: {0} by {1} is {2} and would be {3}",
          route,
          caller.anonymous() ? "anyone" : caller.name(),
          text(real),
          text(shadow));
    }
  }

  private static String text(Ruling ruling) {
    return (ruling.allowed() ? "allowed" : "denied")
        + ruling.rule().map(rule -> " by " + rule.place()).orElse("");
  }
}
