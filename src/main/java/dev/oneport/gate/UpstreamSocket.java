package dev.oneport.gate;

import java.util.function.Consumer;

/** The listener of a forwarded socket, whose upstream may fail at any time. */
public interface UpstreamSocket {
  /** Sets the listener for a failure of the upstream, which ends the client's side too. */
  void onFailure(Consumer<FailedCall> told);

  /** Closes the upstream because the client's socket never opened. */
  void abandoned();
}
