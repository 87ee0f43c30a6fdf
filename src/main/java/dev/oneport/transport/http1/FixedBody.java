package dev.oneport.transport.http1;

import org.jspecify.annotations.Nullable;

/** A body with a Content-Length. */
final class FixedBody implements Body {
  private long left;

  FixedBody(long length) {
    this.left = length;
  }

  @Override
  public boolean ended() {
    return left == 0;
  }

  @Override
  public byte @Nullable [] next(Input input) {
    if (!input.available() && !input.fill()) {
      return null;
    }
    var bytes = input.take((int) Math.min(left, input.size()));
    left -= bytes.length;
    return bytes;
  }
}
