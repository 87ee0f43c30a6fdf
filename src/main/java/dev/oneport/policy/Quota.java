package dev.oneport.policy;

import dev.oneport.config.Section;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

  static List<Quota> read(List<Section> sections, Set<String> roles, TokenNames tokens) {
    var quotas = new ArrayList<Quota>();
    for (var section : sections) {
      try (section) {
        var callers = RuleBook.subjects(section, "for", roles, tokens);
        if (callers.contains(new Subject.Anyone())) {
          section.problem("for", "anyone has no name to count by; authenticated callers have");
        }
        var perSecond = section.integer("calls-per-second", 0, 0, MOST);
        var burst = section.integer("burst", perSecond, 0, MOST);
        if (burst > perSecond * REMEMBERED.toSeconds()) {
          section.problem(
              "burst",
              "takes longer to refill than the "
                  + REMEMBERED.toMinutes()
                  + " minutes for which counts are kept");
        }
        quotas.add(
            new Quota(
                callers,
                perSecond,
                burst,
                section.integer("open-streams", 0, 0, MOST),
                section.integer("messages-per-second", 0, 0, MOST)));
      }
    }
    return quotas;
  }
}
