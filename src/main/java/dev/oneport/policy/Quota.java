package dev.oneport.policy;

import dev.oneport.config.Section;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Limits the calls, streams and messages of each caller. The first quota that covers a caller
 * applies:
 *
 * <pre>
 * quotas:
 *   - for: [ authenticated | ROLE | CALLER | PATTERN ]
 *     calls-per-second: 100
 *     burst: 200                 # default: a second's worth
 *     open-streams: 10           # gRPC streams, WebSockets and streamed HTTP responses together
 *     messages-per-second: 50    # sent by the caller, on all its WebSockets together
 * </pre>
 *
 * A number that is missing or 0 sets no limit.
 */
public record Quota(
    Set<Subject> callers, int callsPerSecond, int burst, int openStreams, int messagesPerSecond) {
  /** How long a caller's counts are remembered after its last call. */
  public static final Duration REMEMBERED = Duration.ofMinutes(10);

  private static final int MOST = 1_000_000;

  public Quota {
    callers = Set.copyOf(callers);
  }

  static List<Quota> read(
      List<Section> sections, Map<String, RoleDefinition> roles, TokenNames tokens) {
    var quotas = new ArrayList<Quota>();
    for (int i = 0; i < sections.size(); i++) {
      try (var section = sections.get(i)) {
        var callers = RuleBook.subjects(section, "for", roles.keySet(), tokens);
        for (var role : roles.entrySet()) {
          if (role.getValue().when().isPresent()
              && callers.contains(new Subject.Role(role.getKey()))) {
            section.problem(
                "for",
                role.getKey()
                    + " has a condition, which may hold for one call and not for another; a quota"
                    + " is for callers");
          }
        }
        if (callers.contains(new Subject.Anyone())) {
          section.problem("for", "anyone has no name to count by; authenticated callers have");
        }
        var perSecond = section.integer("calls-per-second", 0, 0, MOST);
        var burst = section.integer("burst", perSecond, 0, MOST);
        if (perSecond == 0 && burst > 0) {
          section.problem("burst", "needs calls-per-second, which fills it again");
        } else if (burst > perSecond * REMEMBERED.toSeconds()) {
          section.problem(
              "burst",
              "takes longer to refill than the "
                  + REMEMBERED.toMinutes()
                  + " minutes for which counts are kept");
        }
        var quota =
            new Quota(
                callers,
                perSecond,
                burst,
                section.integer("open-streams", 0, 0, MOST),
                section.integer("messages-per-second", 0, 0, MOST));
        if (!quota.limits() && i == sections.size() - 1 && !section.hasProblems()) {
          section.problem(
              "for",
              "has no limit: set calls-per-second, open-streams or messages-per-second; a quota"
                  + " without one only exempts callers from those behind it");
        }
        quota.reportCovered(section, quotas, tokens);
        quotas.add(quota);
      }
    }
    return quotas;
  }

  private boolean limits() {
    return callsPerSecond > 0 || openStreams > 0 || messagesPerSecond > 0;
  }

  /** Reports callers to whom an earlier quota applies. */
  private void reportCovered(Section section, List<Quota> earlier, TokenNames tokens) {
    for (var subject : callers) {
      for (var other : earlier) {
        if (other.covers(subject, tokens)) {
          section.problem(
              "for",
              "never applies to "
                  + subject
                  + ": the first quota that covers a caller does, and an earlier one covers all of"
                  + " these; put this one in front");
          return;
        }
      }
    }
  }

  private boolean covers(Subject subject, TokenNames tokens) {
    return callers.contains(subject)
        || callers.contains(new Subject.Authenticated())
        || (subject instanceof Subject.Named(var name)
            && callers.stream()
                .anyMatch(
                    it ->
                        it instanceof Subject.Matching(var pattern)
                            && pattern.matches(name, tokens.prefix(name))));
  }
}
