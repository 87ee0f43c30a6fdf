package dev.oneport.transport.http2.flow;

/** Begins virtual threads that say in a thread dump what they are for. */
public final class Threads {
  private Threads() {}

  /** Begins one; it inherits nothing from whoever begins it. */
  public static Thread start(String name, Runnable task) {
    return Thread.ofVirtual().name(name).inheritInheritableThreadLocals(false).start(task);
  }
}
