package dev.oneport.client;

/** How a client reacts to a {@link Problem}. */
public enum Verdict {
  /** The call did not run but may succeed later: wait and call again. */
  RETRY,

  /** The call may have run: call again if it may run twice without harm. */
  RETRY_IF_REPEATABLE,

  /**
   * The server was not reached. If it answered before, it will probably come back; if it never did,
   * the address is probably wrong.
   */
  RETRY_IF_REACHED,

  /** The token was refused: get another one and call again, once. */
  REFRESH,

  /** Calling again would end the same way. */
  FINAL
}
