package dev.oneport.fleet;

import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/** Keeps revocations for all servers that share it, and reports those that any of them adds. */
public interface RevocationStore extends AutoCloseable {
  /** Where it is, for messages. */
  String place();

  /**
   * What it holds now, and what is wrong in it.
   *
   * @throws IOException if it cannot be read; the message is for the operator
   */
  RevocationText content() throws IOException;

  /**
   * Adds revocations. When this returns they are kept, and every server that shares the store will
   * hear of them.
   *
   * @throws IOException if they could not be kept; the message is for the operator
   */
  void add(List<Revocation> revocations) throws IOException;

  /**
   * Adds revocations that a message asks for, unless it did so before on any server. A store that
   * cannot tell adds them: the same again change nothing.
   *
   * @return whether they were added
   * @throws IOException if they could not be kept; then the message may come again
   */
  default boolean addOnce(List<Revocation> revocations, OneTime message) throws IOException {
    add(revocations);
    return true;
  }

  /**
   * Begins to report what the store holds: now, and after each change. Called once.
   *
   * @param heard receives revocations, on any thread
   * @param known supplies those that this server has heard of, in case the store loses some
   */
  void watch(Heard heard, Supplier<List<Revocation>> known);

  /** Receives revocations, new and known ones. */
  interface Heard {
    /** All that the store holds. */
    void all(List<Revocation> revocations);

    /** Some that were added. */
    void added(List<Revocation> revocations);
  }

  /** Ends reporting. */
  @Override
  void close();
}
