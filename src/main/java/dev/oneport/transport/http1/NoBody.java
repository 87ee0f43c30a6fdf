package dev.oneport.transport.http1;

import org.jspecify.annotations.Nullable;

/** A request without a body. */
record NoBody() implements Body {
  @Override
  public boolean ended() {
    return true;
  }

  @Override
  public byte @Nullable [] next(Input input) {
    return null;
  }
}
