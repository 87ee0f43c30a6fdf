package dev.oneport.transport.connect;

import io.grpc.Compressor;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;

/** The response to a call in one of the shapes that a request may ask for. */
interface WebAnswer {
  /** Compresses messages with that, if the client accepts it and the shape has such a thing. */
  default void compressor(Compressor chosen) {}

  default void compressing(boolean enabled) {}

  /** What goes before the first message; it need not be sent before that is. */
  void head(Metadata metadata);

  /** A message as it is sent; takes all of the stream. */
  byte[] message(InputStream message);

  /** Sends one, or keeps it until the end if there can be no other. */
  void send(byte[] message) throws IOException;

  /** Ends the response, whatever was sent of it. */
  void finish(Status status, Metadata trailers) throws IOException;
}
