package dev.oneport.client;

/** What a client does about a {@link Problem}. */
public enum Verdict {
  /** The call did not run, and may a moment later: wait and call again. */
  RETRY,

  /** Nobody knows whether the call ran: call again if it does no harm twice. */
  RETRY_IF_REPEATABLE,

  /**
   * The server was not reached. One that answered before is more likely to come back than the
   * address is to be wrong; of one that never did it is the other way round.
   */
  RETRY_IF_REACHED,

  /** The token was refused: get another one and call again, once. */
  REFRESH,

  /** Calling again would end the same way. */
  FINAL
}
