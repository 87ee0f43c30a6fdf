package dev.oneport.transport.http2;

import dev.oneport.transport.MemoryShare;
import dev.oneport.transport.http2.flow.StreamPart;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.hpack.HeaderField;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.ConnectionContext;

/** The connection of a stream, as the stream sees it. */
interface StreamConnection {
  /** The listener's connection below. */
  ConnectionContext context();

  Http2Limits limits();

  /** The listener's limit on concurrent requests. */
  Limit requestLimit();

  /** The memory for the received, unread bytes of one stream. */
  MemoryShare memory();

  /** Sends a part of a response, and waits for window if it may; false if the stream has ended. */
  boolean send(Http2Stream stream, StreamPart part);

  void sendInterim(Http2Stream stream, HeaderField[] fields);

  boolean isWritable(Http2Stream stream);

  /** Returns the connection's and the stream's window for bytes that were read or dropped. */
  void credit(Http2Stream stream, int length, int streamCredit);

  /** Resets a stream whose response is not complete; false if the stream has ended. */
  boolean reset(Http2Stream stream, ErrorCode code);

  /** Resets a stream even if its response is complete. */
  void resetNow(Http2Stream stream, ErrorCode code);

  /** Ignores further frames of the client on this stream. */
  void remember(Http2Stream stream);

  /** Wakes the stream's waiting writers to check whether it has ended. */
  void release(Http2Stream stream);

  /** Whether the stream's handler may start now; otherwise it is started later. */
  boolean mayBegin(Http2Stream stream);

  /** Removes the stream from those waiting to start; false if it was not waiting. */
  boolean stopsWaiting(Http2Stream stream);

  /** Notes that the stream has ended, even if its handler still runs. */
  void closed(Http2Stream stream);

  /**
   * Notes that a stream and its handler have both ended.
   *
   * @param held the memory that the stream's head has held
   */
  void handlerOver(long held);
}
