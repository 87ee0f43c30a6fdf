package dev.oneport.fleet;

/** What happens to calls under a quota of the fleet while the store does not answer. */
public enum WhileAway {
  /** Each server admits its share, by the number of servers that were there last. */
  LOCAL,
  /** All calls are admitted. */
  OPEN,
  /** All calls are refused. */
  CLOSED
}
