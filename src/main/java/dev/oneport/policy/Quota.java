package dev.oneport.policy;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Limits the calls, streams, messages and bytes of each caller, role, claim's value or address. The
 * first quota that covers a caller applies:
 *
 * <pre>
 * quotas:
 *   - for: [ authenticated | anyone | ROLE | CALLER | PATTERN ]
 *     by: caller                 # or role, claims.NAME, address
 *     scope: server              # or fleet: all servers that share a Redis count together
 *     calls-per-second: 100
 *     burst: 200                 # default: a second's worth
 *     open-streams: 10           # gRPC streams, WebSockets and streamed HTTP responses together
 *     messages-per-second: 50    # received on all gRPC streams and WebSockets together
 *     bytes-per-second: 1MiB     # received in messages and in the bodies of requests
 * </pre>
 *
 * A number that is missing or 0 sets no limit.
 */
public record Quota(
    Set<Subject> callers,
    CountBy by,
    QuotaScope scope,
    int callsPerSecond,
    int burst,
    int openStreams,
    int messagesPerSecond,
    int bytesPerSecond) {
  /** How long a caller's counts are remembered after its last call. */
  public static final Duration REMEMBERED = Duration.ofMinutes(10);

  /** Without a limit. */
  public static final Quota NONE =
      new Quota(Set.of(), new CountBy.EachCaller(), QuotaScope.SERVER, 0, 0, 0, 0, 0);

  /** Keeps the order of the callers: the first role that a caller has is the one that counts. */
  public Quota {
    callers = Collections.unmodifiableSet(new LinkedHashSet<>(callers));
  }

  /** Whether all servers that share a Redis count together. */
  public boolean isOfFleet() {
    return scope == QuotaScope.FLEET;
  }

  boolean limits() {
    return callsPerSecond > 0 || openStreams > 0 || messagesPerSecond > 0 || bytesPerSecond > 0;
  }

  boolean covers(Subject subject, TokenNames tokens) {
    return callers.contains(subject)
        || callers.contains(new Subject.Anyone())
        || (callers.contains(new Subject.Authenticated()) && !(subject instanceof Subject.Anyone))
        || (subject instanceof Subject.Named(var name)
            && callers.stream()
                .anyMatch(
                    it ->
                        it instanceof Subject.Matching(var pattern)
                            && pattern.matches(name, tokens.prefix(name))));
  }
}
