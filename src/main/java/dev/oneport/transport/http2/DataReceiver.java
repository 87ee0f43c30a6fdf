package dev.oneport.transport.http2;

import dev.oneport.transport.http2.flow.FloodGuard;
import dev.oneport.transport.http2.flow.InboundBuffer;
import dev.oneport.transport.http2.frames.ConnectionError;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import dev.oneport.transport.http2.frames.IncomingFrame;
import dev.oneport.transport.http2.frames.StreamError;
import io.helidon.webserver.CloseConnectionException;

/** Handles DATA frames (RFC 9113 section 6.1), within the client's windows. */
final class DataReceiver {
  private final OpenStreams streams;
  private final FloodGuard floods;
  private final FrameReceiver receiver;
  private long received;

  DataReceiver(OpenStreams streams, FloodGuard floods, FrameReceiver receiver) {
    this.streams = streams;
    this.floods = floods;
    this.receiver = receiver;
  }

  void data(IncomingFrame frame) {
    frame.requireStream();
    int counted = frame.length();
    if (!streams.receiveWindow().received(counted)) {
      throw new ConnectionError(ErrorCode.FLOW_CONTROL_ERROR, "connection window");
    }
    frame.unpad();
    boolean end = frame.has(Frame.END_STREAM);
    boolean empty = frame.length() == 0 && !end;
    if (empty) {
      floods.emptyData(received);
    } else {
      received++;
    }
    var stream = streams.table().get(frame.stream());
    if (stream == null) {
      streams.credit(counted);
      late(frame);
      return;
    }
    take(stream, frame, counted);
    if (!stream.received(frame.length(), end)) {
      throw new StreamError(frame.stream(), ErrorCode.PROTOCOL_ERROR, "content-length");
    }
    if (end) {
      stream.remoteEnded();
    }
    if (end || !(empty || stream.inbound().isCollecting())) {
      receiver.touch(stream);
    }
  }

  private void take(Http2Stream stream, IncomingFrame frame, int counted) {
    if (stream.isRemoteEnded()) {
      streams.credit(counted);
      throw new StreamError(stream.id(), ErrorCode.STREAM_CLOSED, "DATA after the end");
    }
    if (!stream.inbound().tryReserve(frame.length())) {
      awaitMemory(stream, frame.length());
    }
    int used = stream.inbound().append(frame.bytes(), frame.offset(), frame.length(), counted);
    if (used == InboundBuffer.NO_WINDOW) {
      streams.credit(counted);
      throw new StreamError(stream.id(), ErrorCode.FLOW_CONTROL_ERROR, "stream window");
    }
    if (used > 0) {
      streams.credit(stream, used, stream.inbound().credit(0));
    }
  }

  /**
   * Waits until handlers have released memory, because all connections together hold as much as
   * they may; meanwhile nothing is read from this connection. Streams with new data are notified
   * first, because their handlers may release memory.
   */
  private void awaitMemory(Http2Stream stream, int length) {
    boolean _ = receiver.pause();
    try {
      streams.credit(stream.inbound().reserve(length));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloseConnectionException("interrupted while waiting for memory", e);
    }
  }

  /**
   * Handles DATA on a stream that has ended, which must not end the connection (RFC 9113 section
   * 5.1).
   */
  private void late(IncomingFrame frame) {
    int id = frame.stream();
    switch (streams.table().absent(id)) {
      case IDLE -> throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, "DATA on an idle stream");
      case ENDED -> throw new StreamError(id, ErrorCode.STREAM_CLOSED, "DATA after the end");
      case RESET_HERE, FORGOTTEN -> {}
    }
  }
}
