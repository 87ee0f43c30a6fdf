package dev.oneport.fleet;

import java.io.IOException;

/**
 * Keeps budgets and open streams for all servers that share it. Each method waits for the store,
 * for a bounded time.
 */
public interface QuotaStore {
  /**
   * What is left of a budget.
   *
   * @param granted how much of what was wanted was taken
   * @param left what is left afterwards; below zero if more was spent than there was
   */
  record Taken(long granted, long left) {}

  /**
   * The servers that share the store.
   *
   * @param servers how many have announced themselves in the last seconds, with this one
   * @param known whether the store still knew this one
   */
  record Present(int servers, boolean known) {}

  /**
   * Takes from a budget, which is made if the store does not have it.
   *
   * @param spent is taken whatever is left, because it was spent already
   * @param wanted is taken as far as it is left
   */
  Taken take(BudgetName budget, long spent, long wanted) throws IOException;

  /**
   * Says how many streams this server has open.
   *
   * @param open so many are open already, and stay
   * @param wanted so many it would like to have open, with those
   * @param most so many all servers may have open together
   * @return how many it may have open
   */
  long hold(String name, long open, long wanted, long most) throws IOException;

  /** Says that this server is there, for the next seconds. */
  Present announce() throws IOException;

  /** Says that this server is about to stop: its streams do not count any more. */
  void leave() throws IOException;
}
