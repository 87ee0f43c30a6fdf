package dev.oneport.transport.http2.client;

import dev.oneport.transport.http2.client.StreamFailure.Kind;
import dev.oneport.transport.http2.flow.FloodGuard;
import dev.oneport.transport.http2.flow.FrameReader;
import dev.oneport.transport.http2.flow.InboundBuffer;
import dev.oneport.transport.http2.flow.Outbound;
import dev.oneport.transport.http2.frames.ConnectionError;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import dev.oneport.transport.http2.frames.IncomingFrame;
import dev.oneport.transport.http2.frames.StreamError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Handles a server's frames, and wakes their streams. Used by the thread that reads the connection.
 */
final class ResponseFrames implements FrameReader.Target {
  private final ClientConnection connection;
  private final ClientStreams streams;
  private final Outbound outbound;
  private final FloodGuard floods;
  private final ResponseBlocks blocks;
  private final ServerFrames control;
  private final List<ClientStream> touched = new ArrayList<>();
  private long received;

  ResponseFrames(ClientConnection connection, FloodGuard floods, ClientLimits limits) {
    this.connection = connection;
    this.streams = connection.streams();
    this.outbound = connection.outbound();
    this.floods = floods;
    this.blocks = new ResponseBlocks(connection, floods, limits.maxHeaderListSize(), this::touch);
    this.control = new ServerFrames(connection, floods);
  }

  @Override
  public void receive(IncomingFrame frame) {
    if (blocks.isInside() && frame.type() != Frame.CONTINUATION) {
      throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, "a frame inside a header block");
    }
    try {
      dispatch(frame);
    } catch (StreamError e) {
      fail(e);
    }
  }

  private void dispatch(IncomingFrame frame) {
    switch (frame.type()) {
      case Frame.DATA -> data(frame);
      case Frame.HEADERS -> blocks.headers(frame);
      case Frame.CONTINUATION -> blocks.continuation(frame);
      case Frame.RST_STREAM -> rstStream(frame);
      case Frame.SETTINGS -> control.settings(frame);
      case Frame.PING -> control.ping(frame);
      case Frame.GOAWAY -> control.goAway(frame);
      case Frame.WINDOW_UPDATE -> control.windowUpdate(frame);
      case Frame.PUSH_PROMISE ->
          throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, "PUSH_PROMISE was not allowed");
      default -> floods.other(outbound.progress());
    }
  }

  private void fail(StreamError error) {
    var stream = streams.get(error.stream());
    if (stream != null) {
      connection.reset(stream, error.code());
      stream.fail(
          new StreamFailure(
              Kind.INVALID, 0, "the server's answer is invalid: " + error.getMessage()));
    }
  }

  private void data(IncomingFrame frame) {
    frame.requireStream();
    int counted = frame.length();
    if (!connection.receiveWindow().received(counted)) {
      throw new ConnectionError(ErrorCode.FLOW_CONTROL_ERROR, "connection window");
    }
    frame.unpad();
    boolean end = frame.has(Frame.END_STREAM);
    if (frame.length() == 0 && !end) {
      floods.emptyData(received);
    } else {
      received++;
    }
    var stream = streams.get(frame.stream());
    if (stream == null) {
      connection.credit(counted);
      frame.require(
          !streams.isIdle(frame.stream()), ErrorCode.PROTOCOL_ERROR, "DATA on an idle stream");
      return;
    }
    if (stream.isRemoteEnded() || stream.head().isEmpty()) {
      connection.credit(counted);
      throw new StreamError(frame.stream(), ErrorCode.PROTOCOL_ERROR, "DATA outside of a body");
    }
    store(stream, frame, counted);
    if (!stream.received(frame.length(), end)) {
      throw new StreamError(frame.stream(), ErrorCode.PROTOCOL_ERROR, "content-length");
    }
    if (end) {
      stream.remoteEnded();
    }
    touch(stream);
  }

  private void store(ClientStream stream, IncomingFrame frame, int counted) {
    if (!stream.inbound().tryReserve(frame.length())) {
      // The unread bytes hold as much memory as they may; wake their readers first.
      boolean _ = pause();
      try {
        connection.credit(stream.inbound().reserve(frame.length()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new UncheckedIOException(new IOException("interrupted", e));
      }
    }
    int used = stream.inbound().append(frame.bytes(), frame.offset(), frame.length(), counted);
    if (used == InboundBuffer.NO_WINDOW) {
      connection.credit(counted);
      throw new StreamError(stream.id(), ErrorCode.FLOW_CONTROL_ERROR, "stream window");
    }
    if (used > 0) {
      connection.credit(stream, used, stream.inbound().credit(0));
    }
  }

  private void rstStream(IncomingFrame frame) {
    frame.requireStream();
    frame.requireLength(4);
    int id = frame.stream();
    frame.require(!streams.isIdle(id), ErrorCode.PROTOCOL_ERROR, "RST_STREAM of an idle stream");
    var stream = streams.get(id);
    if (stream == null) {
      floods.other(outbound.progress());
      return;
    }
    int code = frame.intAt(0);
    boolean refused = code == ErrorCode.REFUSED_STREAM.code() && stream.head().isEmpty();
    stream.fail(
        new StreamFailure(
            refused ? Kind.NOT_PROCESSED : Kind.RESET, code, "the server reset the stream"));
  }

  /** Wakes the stream's reader at the next pause. */
  private void touch(ClientStream stream) {
    if (stream.touch()) {
      touched.add(stream);
    }
  }

  @Override
  public boolean pause() {
    if (!touched.isEmpty()) {
      touched.forEach(ClientStream::deliver);
      touched.clear();
    }
    outbound.flushNow();
    return streams.isEmpty() && !blocks.isInside();
  }
}
