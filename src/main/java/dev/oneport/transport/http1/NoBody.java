package dev.oneport.transport.http1;

import org.jspecify.annotations.Nullable;

/** What requests without a body have. */
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
