package dev.oneport.fleet;

/**
 * One server's share of a budget, while servers cannot count together. It counts what was taken, so
 * that the store can be told.
 */
final class LocalShare {
  private static final double SECOND = 1e9;

  private final double perNano;
  private final double most;
  private double left;
  private long at;
  private long taken;

  /**
   * The share of one of these servers.
   *
   * @param left what was left of the whole budget
   */
  LocalShare(BudgetName budget, int servers, long left, long now) {
    this.perNano = budget.perSecond() / SECOND / servers;
    this.most = Math.max(1, (double) budget.burst() / servers);
    this.left = Math.clamp((double) left / servers, 0, most);
    this.at = now;
  }

  /** Takes one; how many nanoseconds to wait if it is not there, else 0. */
  long tryTake(long now) {
    refill(now);
    if (left < 1) {
      return Math.max(1, (long) ((1 - left) / perNano));
    }
    left--;
    taken++;
    return 0;
  }

  /** Takes that much in any case; how many nanoseconds until it has come back. */
  long take(long amount, long now) {
    refill(now);
    left -= amount;
    taken += amount;
    return left >= 0 ? 0 : (long) (-left / perNano);
  }

  /**
   * What was taken and has not come back yet. If all servers pay that to a store that has refilled
   * meanwhile, or has lost the budget, it has as much left as they have together.
   */
  long owed(long now) {
    refill(now);
    return Math.min(taken, Math.round(most - left));
  }

  private void refill(long now) {
    left = Math.min(most, left + Math.max(0, now - at) * perNano);
    at = now;
  }
}
