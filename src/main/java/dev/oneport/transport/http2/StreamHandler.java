package dev.oneport.transport.http2;

/**
 * Serves one stream. Called on the thread that reads the connection, so nothing here may block or
 * run code of an application; whoever serves the stream calls {@link Http2Stream#done} at its end.
 */
public interface StreamHandler {
  /**
   * The request is there, and with it all of its body that arrived in the same breath: a short call
   * finds everything it needs and never waits.
   */
  void begin();

  /** More of the body arrived, or its end. */
  void arrived();

  /**
   * The request is not complete, and its client has sent nothing for longer than {@link
   * Timeouts#body}, or less than {@link Http2Limits#minBodyRate}, though it has window. Called
   * every now and then while that is so.
   */
  void quiet();

  /** There is room to write again, after {@link Http2Stream#isWritable} said that there is none. */
  void writable();

  /**
   * The stream is over before its handler ended it. Called once at most; instead of {@link #begin}
   * if it is over so soon.
   */
  void ended();
}
