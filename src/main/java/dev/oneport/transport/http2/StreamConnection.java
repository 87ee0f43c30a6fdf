package dev.oneport.transport.http2;

import dev.oneport.transport.MemoryShare;
import dev.oneport.transport.http2.flow.StreamPart;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.hpack.HeaderField;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.ConnectionContext;

/** What a stream needs of the connection that it belongs to. */
interface StreamConnection {
  /** The listener's connection below. */
  ConnectionContext context();

  Http2Limits limits();

  /** The listener's limit on requests at the same time. */
  Limit requestLimit();

  /** The memory for what one stream has received and nobody has read. */
  MemoryShare memory();

  /** Sends a part of a response, waiting for room if it may; false if the stream is over. */
  boolean send(Http2Stream stream, StreamPart part);

  void sendInterim(Http2Stream stream, HeaderField[] fields);

  boolean isWritable(Http2Stream stream);

  /**
   * Bytes of the stream were read or dropped: gives the connection's window back, and the stream's.
   */
  void credit(Http2Stream stream, int length, int streamCredit);

  /** Ends a stream whose response is not complete; false if it is over. */
  boolean reset(Http2Stream stream, ErrorCode code);

  /** Ends a stream whatever became of its response. */
  void resetNow(Http2Stream stream, ErrorCode code);

  /** What the client still sends on this stream is to be ignored. */
  void remember(Http2Stream stream);

  /** Writers that wait on this stream look whether it is over. */
  void release(Http2Stream stream);

  /** Whether the stream's handler may begin; if not it is begun later. */
  boolean mayBegin(Http2Stream stream);

  /** Whether the stream waited to begin, and no longer does. */
  boolean stopsWaiting(Http2Stream stream);

  /** The stream is over, whatever its handler does. */
  void closed(Http2Stream stream);

  /** A stream and its handler are both over. */
  void handlerOver();
}
