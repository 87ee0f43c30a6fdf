package dev.oneport.transport.connect;

/**
 * Limits on a request besides those on gRPC messages.
 *
 * @param maxJsonSize the bytes of a message in JSON, which takes many times its size while it is
 *     parsed
 */
public record WebLimits(int maxJsonSize) {
  private static final WebLimits DEFAULTS = new WebLimits(1 << 20);

  public WebLimits {
    if (maxJsonSize < 0) {
      throw new IllegalArgumentException("out of range: max-json-size");
    }
  }

  /** 1 MiB. */
  public static WebLimits defaults() {
    return DEFAULTS;
  }
}
