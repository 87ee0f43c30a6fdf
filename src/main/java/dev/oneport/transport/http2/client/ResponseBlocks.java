package dev.oneport.transport.http2.client;

import dev.oneport.transport.http2.flow.FloodGuard;
import dev.oneport.transport.http2.frames.ConnectionError;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import dev.oneport.transport.http2.frames.IncomingFrame;
import dev.oneport.transport.http2.frames.StreamError;
import dev.oneport.transport.http2.hpack.HeaderBlock;
import dev.oneport.transport.http2.hpack.HeaderList;
import dev.oneport.transport.http2.hpack.HpackDecoder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Assembles a server's header blocks: heads, including interim ones, and trailers. */
final class ResponseBlocks {
  private final ClientConnection connection;
  private final FloodGuard floods;
  private final int maxListSize;
  private final Consumer<ClientStream> touch;
  private final HpackDecoder decoder;
  private @Nullable HeaderBlock block;

  ResponseBlocks(
      ClientConnection connection,
      FloodGuard floods,
      int maxListSize,
      Consumer<ClientStream> touch) {
    this.connection = connection;
    this.floods = floods;
    this.maxListSize = maxListSize;
    this.touch = touch;
    this.decoder = new HpackDecoder(maxListSize);
  }

  boolean isInside() {
    return block != null;
  }

  void headers(IncomingFrame frame) {
    frame.requireStream();
    frame.require(
        !connection.streams().isIdle(frame.stream()),
        ErrorCode.PROTOCOL_ERROR,
        "HEADERS on an idle stream");
    frame.unpad();
    if (frame.has(Frame.PRIORITY_FLAG)) {
      frame.require(frame.length() >= 5, ErrorCode.FRAME_SIZE_ERROR, "priority of HEADERS");
      frame.skip(5);
    }
    boolean end = frame.has(Frame.END_STREAM);
    if (frame.has(Frame.END_HEADERS)) {
      complete(frame.stream(), decoder.decode(frame.bytes(), frame.offset(), frame.end()), end);
    } else {
      connection.timer().headerBlock(true);
      block = new HeaderBlock(frame.stream(), end, decoder, maxListSize);
      block.append(frame);
    }
  }

  void continuation(IncomingFrame frame) {
    var current = block;
    if (current == null || frame.stream() != current.stream()) {
      throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, "CONTINUATION without HEADERS");
    }
    current.continued(frame);
    if (frame.has(Frame.END_HEADERS)) {
      block = null;
      connection.timer().headerBlock(false);
      complete(current.stream(), current.end(), current.ends());
    }
  }

  private void complete(int id, HeaderList list, boolean end) {
    var stream = connection.streams().get(id);
    if (stream == null) {
      // Probably a stream that this side has cancelled.
      floods.other(connection.outbound().progress());
      return;
    }
    if (stream.isRemoteEnded()) {
      throw new StreamError(id, ErrorCode.STREAM_CLOSED, "HEADERS after the end");
    }
    if (stream.head().isEmpty()) {
      var head = ReceivedFields.head(id, list);
      if (head.isInterim() && !end) {
        floods.other(connection.outbound().progress());
        return;
      }
      if (head.isInterim()) {
        throw new StreamError(id, ErrorCode.PROTOCOL_ERROR, "an interim response at the end");
      }
      stream.head(head);
    } else if (end) {
      stream.trailers(ReceivedFields.trailers(id, list));
    } else {
      throw new StreamError(id, ErrorCode.PROTOCOL_ERROR, "HEADERS inside of a body");
    }
    if (end && !stream.received(0, true)) {
      throw new StreamError(id, ErrorCode.PROTOCOL_ERROR, "content-length");
    }
    if (end) {
      stream.remoteEnded();
    }
    touch.accept(stream);
  }
}
