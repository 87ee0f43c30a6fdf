package dev.oneport.transport.calls;

/**
 * Limits on one gRPC message, in bytes. A larger one ends its call with RESOURCE_EXHAUSTED, before
 * memory is allocated for it. Metadata counts toward the limit of the request's header list.
 *
 * @param maxMessageSize of a message as received, compressed or not
 * @param maxDecompressedSize of a compressed message after that
 */
public record GrpcLimits(int maxMessageSize, int maxDecompressedSize) {
  private static final GrpcLimits DEFAULTS = new GrpcLimits(4 << 20, 4 << 20);

  public GrpcLimits {
    if (maxMessageSize < 0 || maxDecompressedSize < 0) {
      throw new IllegalArgumentException("out of range: max-message-size");
    }
  }

  /** 4 MiB, the usual limit of gRPC servers. */
  public static GrpcLimits defaults() {
    return DEFAULTS;
  }
}
