package dev.oneport.transport.calls;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.helidon.common.socket.PeerInfo;
import java.util.Optional;
import java.util.Set;

/**
 * Ends a call from outside its handler, at any time and from any thread, for code that decides that
 * a call may not continue, such as an interceptor whose lease has ended.
 *
 * <p>The client gets the status at once, after the messages already sent. A handler that waits for
 * the client to read is released; everything it sends afterwards is ignored; its {@code
 * isCancelled} is true, its {@code Context} is cancelled, and its listener gets {@code onCancel}.
 * This differs from {@link ServerCall#close}, which the handler calls, and after which the listener
 * gets {@code onComplete}. The first cause that ends a call wins.
 */
public interface CallControl {
  /**
   * Every call of this transport has the control in its attributes, visible to all interceptors.
   */
  @Grpc.TransportAttr
  Attributes.Key<CallControl> KEY = Attributes.Key.create("dev.oneport.call-control");

  /** The protocol of the call's connection: {@code h2} or {@code h2c}. */
  @Grpc.TransportAttr
  Attributes.Key<String> PROTOCOL = Attributes.Key.create("dev.oneport.protocol");

  /** The other end of the call's connection, with the certificate that it has shown. */
  @Grpc.TransportAttr Attributes.Key<PeerInfo> PEER = Attributes.Key.create("dev.oneport.peer");

  /** Present if messages go both ways as they are, compressed or not, and so do their encodings. */
  @Grpc.TransportAttr Attributes.Key<Boolean> AS_IS = Attributes.Key.create("dev.oneport.as-is");

  /**
   * The names of header fields, in lower case, that are for the client's connection only and must
   * not be forwarded, if the call came in plain HTTP.
   */
  @Grpc.TransportAttr
  Attributes.Key<Set<String>> OF_CONNECTION = Attributes.Key.create("dev.oneport.of-connection");

  /** Ends the call without waiting for anything; false if it had ended before. */
  boolean end(Status status, Metadata trailers);

  /**
   * For the listener that is given a message: its size in the method's own encoding, uncompressed;
   * -1 if it arrived in another one, such as JSON.
   */
  int messageSize();

  /** Whether the whole request has arrived, whether delivered or not; false if that is unknown. */
  boolean requestArrived();

  /** Whether the client has ended its messages and the listener has got all of them. */
  boolean requestDelivered();

  /**
   * Lets the headers and the first message wait for the next call of {@code sendMessage} or {@code
   * close}, so that a short answer is sent in one piece. For handlers that are about to call it.
   */
  void gather();

  /** The control of a call; empty if the call does not belong to this transport. */
  static Optional<CallControl> of(ServerCall<?, ?> call) {
    return Optional.ofNullable(call.getAttributes().get(KEY));
  }
}
