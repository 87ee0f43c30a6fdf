package dev.oneport.gate;

import java.util.function.Consumer;

/** A socket's listener that forwards it, and may lose the upstream at any time. */
public interface UpstreamSocket {
  /** Says who is told that the upstream failed, so that the client's side ends too. */
  void onFailure(Consumer<FailedCall> told);

  /** The client could not be reached after all, and the socket never opened. */
  void abandoned();
}
