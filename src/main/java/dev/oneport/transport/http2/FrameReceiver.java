package dev.oneport.transport.http2;

import dev.oneport.transport.http2.flow.FloodGuard;
import dev.oneport.transport.http2.flow.FrameReader;
import dev.oneport.transport.http2.frames.ConnectionError;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import dev.oneport.transport.http2.frames.IncomingFrame;
import dev.oneport.transport.http2.frames.StreamError;
import java.util.ArrayList;
import java.util.List;

/**
 * Dispatches each frame by its type, and wakes the streams of the frames. Used by the thread that
 * reads the connection; never waits for a stream.
 */
final class FrameReceiver implements FrameReader.Target {
  private final OpenStreams streams;
  private final FloodGuard floods;
  private final HeaderReceiver headers;
  private final DataReceiver data;
  private final ControlReceiver control;
  private final List<Http2Stream> touched = new ArrayList<>();

  FrameReceiver(OpenStreams streams, FloodGuard floods) {
    this.streams = streams;
    this.floods = floods;
    this.headers = new HeaderReceiver(streams, floods, this);
    this.data = new DataReceiver(streams, floods, this);
    this.control = new ControlReceiver(streams, floods);
  }

  @Override
  public void receive(IncomingFrame frame) {
    if (headers.isInsideBlock() && frame.type() != Frame.CONTINUATION) {
      throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, "a frame inside a header block");
    }
    try {
      dispatch(frame);
    } catch (StreamError e) {
      floods.reset(streams.outbound().progress());
      streams.reset(e.stream(), e.code());
    }
  }

  private void dispatch(IncomingFrame frame) {
    switch (frame.type()) {
      case Frame.DATA -> data.data(frame);
      case Frame.HEADERS -> headers.headers(frame);
      case Frame.CONTINUATION -> headers.continuation(frame);
      case Frame.PRIORITY -> control.priority(frame);
      case Frame.RST_STREAM -> control.rstStream(frame);
      case Frame.SETTINGS -> control.settings(frame);
      case Frame.PING -> control.ping(frame);
      case Frame.GOAWAY -> control.goAway(frame);
      case Frame.WINDOW_UPDATE -> control.windowUpdate(frame);
      case Frame.PUSH_PROMISE ->
          throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, "PUSH_PROMISE from a client");
      default -> floods.other(streams.outbound().progress());
    }
  }

  /** Opens stream 1 for the complete request of an upgrade (RFC 7540 section 3.2). */
  void upgraded(RequestHead head) {
    headers.upgraded(head);
  }

  /** Ends the streams whose handlers have not begun, because the connection has ended. */
  void abandon() {
    touched.forEach(Http2Stream::deliver);
    touched.clear();
    headers.abandon();
  }

  /** Forgets recent credentials, because the connection is not used; any thread may call this. */
  void forgetRecent() {
    headers.forgetRecent();
  }

  /** Wakes the stream's handler at the next pause. */
  void touch(Http2Stream stream) {
    if (stream.touch()) {
      touched.add(stream);
    }
  }

  /**
   * Starts and wakes handlers, because all received bytes have been processed; true if no stream is
   * open.
   */
  @Override
  public boolean pause() {
    if (!touched.isEmpty()) {
      touched.forEach(Http2Stream::deliver);
      touched.clear();
    }
    streams.outbound().flushNow();
    return streams.table().isEmpty() && !headers.isInsideBlock();
  }
}
