package dev.oneport.cli;

import org.jspecify.annotations.Nullable;

/** The command above, which picocli sets before it runs the one below. */
final class Parent {
  private Parent() {}

  static <T> T of(@Nullable T parent) {
    if (parent == null) {
      throw new IllegalStateException("a subcommand was run without its parent");
    }
    return parent;
  }
}
