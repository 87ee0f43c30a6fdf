package dev.oneport.transport.calls;

/**
 * What one gRPC message may cost, in bytes. What is larger ends its call with RESOURCE_EXHAUSTED,
 * before memory is taken for it. Metadata counts as the request's header list.
 *
 * @param maxMessageSize of a message as it comes, compressed or not
 * @param maxDecompressedSize of a compressed message after that
 */
public record GrpcLimits(int maxMessageSize, int maxDecompressedSize) {
  private static final GrpcLimits DEFAULTS = new GrpcLimits(4 << 20, 4 << 20);

  public GrpcLimits {
    if (maxMessageSize < 0 || maxDecompressedSize < 0) {
      throw new IllegalArgumentException("out of range: max-message-size");
    }
  }

  /** 4 MiB, as gRPC servers have it. */
  public static GrpcLimits defaults() {
    return DEFAULTS;
  }
}
