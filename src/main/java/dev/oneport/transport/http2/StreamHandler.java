package dev.oneport.transport.http2;

/**
 * Serves one stream. Called on the thread that reads the connection, so implementations must not
 * block or run application code. They must call {@link Http2Stream#done} at the end.
 */
public interface StreamHandler {
  /**
   * Called when the request has arrived, together with the part of its body that arrived with it,
   * so that a short call never waits.
   */
  void begin();

  /** Called when more of the body, or its end, has arrived. */
  void arrived();

  /**
   * Called periodically while the body is too slow: although it has window, the client has sent
   * nothing for longer than {@link Timeouts#body}, or less than {@link Http2Limits#minBodyRate}.
   */
  void quiet();

  /**
   * Called when the stream is writable again, after {@link Http2Stream#isWritable} returned false.
   */
  void writable();

  /**
   * Called at most once, if the stream ends before its handler has ended it; instead of {@link
   * #begin} if that has not been called.
   */
  void ended();
}
