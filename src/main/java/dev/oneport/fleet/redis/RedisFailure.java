package dev.oneport.fleet.redis;

import java.io.IOException;
import java.io.Serial;

/** Redis did not do what it was asked; the message is for the operator. */
final class RedisFailure extends IOException {
  @Serial private static final long serialVersionUID = 1;

  RedisFailure(String message) {
    super(message);
  }
}
