package dev.oneport.fleet;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** Keeps revocations for all servers that share it, and reports those that any of them adds. */
public interface RevocationStore extends AutoCloseable {
  /**
   * Adds revocations. When this returns they are kept, and every server that shares the store will
   * hear of them.
   *
   * @throws IOException if they could not be kept; the message is for the operator
   */
  void add(List<Revocation> revocations) throws IOException;

  /**
   * Begins to report what the store holds: now, and after each change. Called once.
   *
   * @param heard receives revocations, new and known ones, on any thread
   */
  void watch(Consumer<List<Revocation>> heard);

  /** Ends reporting. */
  @Override
  void close();
}
