package dev.oneport.transport.http1;

import org.jspecify.annotations.Nullable;

/** The body of a request without one. */
enum NoBody implements Body {
  INSTANCE;

  @Override
  public boolean ended() {
    return true;
  }

  @Override
  public byte @Nullable [] next(Input input) {
    return null;
  }
}
