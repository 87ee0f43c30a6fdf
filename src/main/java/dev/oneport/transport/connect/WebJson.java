package dev.oneport.transport.connect;

import dev.oneport.transport.calls.Codec;
import io.grpc.StatusException;

/** Whether a method is served in JSON. */
sealed interface WebJson<Q, R> {
  /** It is, with this codec. */
  record Known<Q, R>(Codec<Q, R> codec) implements WebJson<Q, R> {}

  /** Not now; callers who may call it are told so, and the call's record has the detail. */
  record Missing<Q, R>(StatusException told, String detail) implements WebJson<Q, R> {}

  /** It is not: JSON is not a content type of the method. */
  record None<Q, R>() implements WebJson<Q, R> {}
}
