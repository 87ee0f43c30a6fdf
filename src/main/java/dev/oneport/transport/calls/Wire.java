package dev.oneport.transport.calls;

import io.grpc.Attributes;
import io.grpc.Compressor;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Carries one call between its client and its {@link Call}, over one protocol. The request is read
 * in the call's turns; the response may be written from any thread.
 */
public interface Wire {
  /**
   * Whether reading waits for the client, on a thread that belongs to the call until its end.
   * Otherwise reading returns only data that has arrived, and {@link CallLoop#signal} is called
   * when there is more.
   */
  boolean waits();

  /**
   * The request's metadata.
   *
   * @throws CallFailure if it is not valid
   */
  Metadata headers();

  /** The readable part of the metadata; empty if none of it was kept. */
  Optional<Metadata> texts();

  /**
   * The next message; empty if it has not arrived, or there is none.
   *
   * @throws CallFailure if the client sent something else
   * @throws IOException if the client is gone
   */
  Optional<InputStream> next() throws IOException;

  /**
   * Whether the client has ended its messages and all of them were read; throws as reading does.
   */
  boolean atEnd() throws IOException;

  /** Whether the whole request has arrived, whether read or not; false if that is unknown. */
  default boolean requestArrived() {
    return false;
  }

  /** Whether the whole request has arrived and was read; false if only reading could tell. */
  default boolean requestRead() {
    return false;
  }

  /** Lets the head and the first message wait for what is sent after them. */
  default void gather() {}

  /** Compresses messages with this compressor, if the client accepts it. */
  void compressor(Compressor chosen);

  void compressing(boolean enabled);

  /** Sets the headers; they may be sent as late as the first message. */
  void head(Metadata headers);

  /** Sends a message, waiting while the client is not reading; false if it will not arrive. */
  boolean message(InputStream message);

  /**
   * Whether a message can be sent without waiting; always true on wires that cannot signal a
   * change.
   */
  default boolean isWritable() {
    return true;
  }

  /**
   * Ends the response as the handler requested, and calls {@link Call#finished} when that is done:
   * possibly later, on the thread that is sending a message.
   */
  void finish(Status status, Metadata trailers);

  /**
   * Ends the response from outside the handler, even while a message is being sent, and calls
   * {@link Call#cancel}; if ending the response may wait for the client, it calls that first.
   */
  void cut(Status status, Metadata trailers);

  /** The client is gone, so the response needs no end. */
  default void drop() {}

  /** Stops a {@link #finish} that still waits for its client; false if there is none. */
  default boolean abort() {
    return false;
  }

  /**
   * Whether a busy handler may be interrupted as soon as its call is cancelled. Otherwise the wire
   * calls {@link Call#interrupt} when it may.
   */
  boolean mayInterrupt();

  /** The call has ended, and its listener was notified. */
  default void done() {}

  /** The attributes of the call's connection. */
  Attributes.Builder attributes();

  String authority();

  boolean isSecure();
}
