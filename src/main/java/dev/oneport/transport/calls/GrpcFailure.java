package dev.oneport.transport.calls;

import io.grpc.Status;

/** Why the transport itself ends a call. {@link FailureStatus} may report more to the client. */
public enum GrpcFailure {
  /** No method has that path. */
  METHOD_UNKNOWN(Status.Code.UNIMPLEMENTED, "unknown method"),
  /** The handler or an interceptor threw, or broke the rules of its kind of call. */
  HANDLER_FAILED(Status.Code.INTERNAL, "internal error"),
  /** A message is larger than allowed, before or after decompression. */
  MESSAGE_TOO_LARGE(Status.Code.RESOURCE_EXHAUSTED, "message too large"),
  /** The metadata is larger than allowed; it was discarded, including the method's name. */
  METADATA_TOO_LARGE(Status.Code.RESOURCE_EXHAUSTED, "metadata too large"),
  /** All requests together hold the maximum memory. */
  OUT_OF_MEMORY(Status.Code.RESOURCE_EXHAUSTED, "too much at once"),
  /**
   * The client sent an invalid message, metadata or timeout. gRPC's table of codes uses INTERNAL
   * for some of these; this code, as in Connect, blames the side that sent them.
   */
  MALFORMED(Status.Code.INVALID_ARGUMENT, "malformed request"),
  /** The code is the one that gRPC's document on compression requires. */
  COMPRESSED_WITHOUT_ENCODING(
      Status.Code.INTERNAL, "a message has its Compressed-Flag set, but there is no grpc-encoding"),
  /** The code is the one in gRPC's table of codes. */
  NOT_ONE_MESSAGE(Status.Code.UNIMPLEMENTED, "the method takes exactly one message"),
  /** Messages are compressed with an unknown encoding. */
  ENCODING_UNKNOWN(Status.Code.UNIMPLEMENTED, "unknown message encoding"),
  /** The client's {@code grpc-timeout} has passed. */
  DEADLINE_EXCEEDED(Status.Code.DEADLINE_EXCEEDED, "deadline exceeded"),
  /** The client's single message, or its end, did not arrive. */
  REQUEST_MISSING(Status.Code.DEADLINE_EXCEEDED, "the request did not come in time"),
  /** The request is not a POST: HTTP status 405. */
  NOT_POST(Status.Code.INTERNAL, "method not allowed");

  private final Status.Code code;
  private final String text;

  GrpcFailure(Status.Code code, String text) {
    this.code = code;
    this.text = text;
  }

  /** The status with a fixed text, which is safe to show. */
  public Status status() {
    return code.toStatus().withDescription(text);
  }
}
