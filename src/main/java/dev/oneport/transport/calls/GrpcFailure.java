package dev.oneport.transport.calls;

import io.grpc.Status;

/**
 * Why the transport ends a call by itself. {@link FailureStatus} may say it in more words to the
 * client.
 */
public enum GrpcFailure {
  /** No service, or none of its methods, has that path. */
  METHOD_UNKNOWN(Status.Code.UNIMPLEMENTED, "unknown method"),
  /** The handler or an interceptor threw, or broke the rules of its kind of call. */
  HANDLER_FAILED(Status.Code.INTERNAL, "internal error"),
  /** A message is larger than allowed, as it came or after decompression. */
  MESSAGE_TOO_LARGE(Status.Code.RESOURCE_EXHAUSTED, "message too large"),
  /** The metadata is larger than allowed; nothing of it was kept, the method's name included. */
  METADATA_TOO_LARGE(Status.Code.RESOURCE_EXHAUSTED, "metadata too large"),
  /** All requests together hold as much memory as they may. */
  OUT_OF_MEMORY(Status.Code.RESOURCE_EXHAUSTED, "too much at once"),
  /**
   * What the client sent is no message, no metadata or no timeout. gRPC's table of codes has
   * INTERNAL for some of it; as with Connect, this one blames the side that sent it.
   */
  MALFORMED(Status.Code.INVALID_ARGUMENT, "malformed request"),
  /** The code is what gRPC's document on compression asks for. */
  COMPRESSED_WITHOUT_ENCODING(
      Status.Code.INTERNAL, "a message has its Compressed-Flag set, but there is no grpc-encoding"),
  /** gRPC's table of codes wants this one for it. */
  NOT_ONE_MESSAGE(Status.Code.UNIMPLEMENTED, "the method takes exactly one message"),
  /** Messages are compressed in a way that is not known here. */
  ENCODING_UNKNOWN(Status.Code.UNIMPLEMENTED, "unknown message encoding"),
  /** The client's {@code grpc-timeout} is over. */
  DEADLINE_EXCEEDED(Status.Code.DEADLINE_EXCEEDED, "deadline exceeded"),
  /** The one message of the client's, or its end, did not come. */
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
