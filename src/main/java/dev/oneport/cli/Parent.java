package dev.oneport.cli;

import org.jspecify.annotations.Nullable;

/** The parent command, which picocli sets before it runs the subcommand. */
final class Parent {
  private Parent() {}

  static <T> T of(@Nullable T parent) {
    if (parent == null) {
      throw new IllegalStateException("a subcommand ran without its parent");
    }
    return parent;
  }
}
