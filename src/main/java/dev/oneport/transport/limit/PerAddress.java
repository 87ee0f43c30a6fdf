package dev.oneport.transport.limit;

/**
 * How much each client address may do. A number that is 0 sets no limit.
 *
 * @param connections open at once
 * @param callsPerSecond calls, on all routes except those of health checks
 * @param burst calls at once after a pause
 * @param failedTokensPerMinute tokens that were checked and found invalid
 */
public record PerAddress(
    int connections, int callsPerSecond, int burst, int failedTokensPerMinute) {
  /** No limits. */
  public static final PerAddress OFF = new PerAddress(0, 0, 0, 0);
}
