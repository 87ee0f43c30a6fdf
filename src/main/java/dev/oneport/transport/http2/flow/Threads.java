package dev.oneport.transport.http2.flow;

/** Starts virtual threads with names that show their purpose in a thread dump. */
public final class Threads {
  private Threads() {}

  /** Starts a thread, which inherits nothing from the starting thread. */
  public static Thread start(String name, Runnable task) {
    return Thread.ofVirtual().name(name).inheritInheritableThreadLocals(false).start(task);
  }
}
