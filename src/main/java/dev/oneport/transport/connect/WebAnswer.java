package dev.oneport.transport.connect;

import io.grpc.Compressor;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;

/** The response to a call in one of the formats that a request may ask for. */
interface WebAnswer {
  /**
   * Compresses messages with this compressor, if the client accepts it and the format supports it.
   */
  default void compressor(Compressor chosen) {}

  default void compressing(boolean enabled) {}

  /** Sets the headers; they may be sent as late as the first message. */
  void head(Metadata metadata);

  /** The encoded message; reads the whole stream. */
  byte[] message(InputStream message);

  /** Sends a message, or keeps it until the end if it is the only one. */
  void send(byte[] message) throws IOException;

  /** Ends the response, however much of it was sent. */
  void finish(Status status, Metadata trailers) throws IOException;
}
