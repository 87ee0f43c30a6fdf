package dev.oneport.transport.calls;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.Optional;

/**
 * Ends a call from outside its handler, at any time and from any thread: for whoever decides that a
 * call may not go on, such as an interceptor whose lease has ended.
 *
 * <p>The client gets that status at once, behind what has been sent. A handler that waits for the
 * client to read is let go; whatever it sends afterwards is ignored; its {@code isCancelled} is
 * true, its {@code Context} is cancelled, and its listener hears {@code onCancel}. That is the
 * difference to {@link ServerCall#close}, which is the handler's own word, and after which the
 * listener hears {@code onComplete}. Of all that end a call the first wins.
 */
public interface CallControl {
  /** Every call of this transport has it in its attributes, through all interceptors. */
  @Grpc.TransportAttr
  Attributes.Key<CallControl> KEY = Attributes.Key.create("dev.oneport.call-control");

  /** The protocol of the call's connection: {@code h2} or {@code h2c}. */
  @Grpc.TransportAttr
  Attributes.Key<String> PROTOCOL = Attributes.Key.create("dev.oneport.protocol");

  /** Present if messages go both ways as they are, compressed or not, and so do their encodings. */
  @Grpc.TransportAttr
  Attributes.Key<Boolean> AS_IS = Attributes.Key.create("dev.oneport.as-is");

  /** Ends the call without waiting for anything; false if it had ended before. */
  boolean end(Status status, Metadata trailers);

  /** The control of that call; empty if it is not one of this transport. */
  static Optional<CallControl> of(ServerCall<?, ?> call) {
    return Optional.ofNullable(call.getAttributes().get(KEY));
  }
}
