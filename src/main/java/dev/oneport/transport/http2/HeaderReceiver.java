package dev.oneport.transport.http2;

import dev.oneport.transport.http2.flow.FloodGuard;
import dev.oneport.transport.http2.frames.ConnectionError;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import dev.oneport.transport.http2.frames.IncomingFrame;
import dev.oneport.transport.http2.frames.StreamError;
import dev.oneport.transport.http2.hpack.HeaderBlock;
import dev.oneport.transport.http2.hpack.HeaderList;
import dev.oneport.transport.http2.hpack.HpackDecoder;
import org.jspecify.annotations.Nullable;

/**
 * Takes HEADERS and CONTINUATION in (RFC 9113 sections 6.2 and 6.10): puts header blocks together,
 * and begins streams or ends requests with them. Every block is decoded, wanted or not, because the
 * compression's state must stay in step.
 */
final class HeaderReceiver {
  private final Http2Connection connection;
  private final FloodGuard floods;
  private final FrameReceiver receiver;
  private final HpackDecoder decoder;
  private @Nullable HeaderBlock block;

  HeaderReceiver(Http2Connection connection, FloodGuard floods, FrameReceiver receiver) {
    this.connection = connection;
    this.floods = floods;
    this.receiver = receiver;
    this.decoder = new HpackDecoder(connection.limits().maxHeaderListSize());
  }

  boolean isInsideBlock() {
    return block != null;
  }

  void headers(IncomingFrame frame) {
    frame.requireStream();
    frame.require((frame.stream() & 1) == 1, ErrorCode.PROTOCOL_ERROR, "an even stream");
    frame.unpad();
    boolean dependsOnItself = frame.has(Frame.PRIORITY_FLAG) && dependsOnItself(frame);
    boolean end = frame.has(Frame.END_STREAM);
    if (frame.has(Frame.END_HEADERS)) {
      var list = decoder.decode(frame.bytes(), frame.offset(), frame.end());
      complete(frame.stream(), list, end, dependsOnItself);
    } else {
      connection.headerBlock(true);
      block = newBlock(frame.stream(), end);
      block.append(frame);
    }
  }

  private HeaderBlock newBlock(int stream, boolean end) {
    return new HeaderBlock(stream, end, decoder, connection.limits().maxHeaderListSize());
  }

  void continuation(IncomingFrame frame) {
    var current = block;
    if (current == null || frame.stream() != current.stream()) {
      throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, "CONTINUATION without HEADERS");
    }
    current.continued(frame);
    if (frame.has(Frame.END_HEADERS)) {
      block = null;
      connection.headerBlock(false);
      complete(current.stream(), current.end(), current.ends(), false);
    }
  }

  private static boolean dependsOnItself(IncomingFrame frame) {
    frame.require(frame.length() >= 5, ErrorCode.FRAME_SIZE_ERROR, "priority of HEADERS");
    boolean itself = (frame.intAt(0) & Integer.MAX_VALUE) == frame.stream();
    frame.skip(5);
    return itself;
  }

  private void complete(int id, HeaderList list, boolean end, boolean dependsOnItself) {
    var stream = connection.streams().get(id);
    if (stream != null) {
      trailers(stream, list, end);
      return;
    }
    switch (connection.streams().absent(id)) {
      case IDLE -> begin(id, list, end, dependsOnItself);
      case ENDED -> throw new ConnectionError(ErrorCode.STREAM_CLOSED, "HEADERS after the end");
      case RESET_HERE, FORGOTTEN -> {}
    }
  }

  private void trailers(Http2Stream stream, HeaderList list, boolean end) {
    if (stream.isRemoteEnded()) {
      throw new StreamError(stream.id(), ErrorCode.STREAM_CLOSED, "HEADERS after the end");
    }
    if (!end || list.tooLarge()) {
      throw new StreamError(stream.id(), ErrorCode.PROTOCOL_ERROR, "trailers");
    }
    RequestParser.checkTrailers(stream.id(), list);
    if (!stream.received(0, true)) {
      throw new StreamError(stream.id(), ErrorCode.PROTOCOL_ERROR, "content-length");
    }
    stream.remoteEnded();
    receiver.touch(stream);
  }

  void upgraded(RequestHead head) {
    connection.streams().begin(1);
    connection.acquire();
    connection.goingAway().mayBegin(1);
    var stream = new Http2Stream(connection, 1, head, connection.outbound().initialWindow());
    connection.open(stream);
    stream.endedWithHead();
    receiver.touch(stream);
  }

  private void begin(int id, HeaderList list, boolean end, boolean dependsOnItself) {
    connection.streams().begin(id);
    if (dependsOnItself) {
      throw new StreamError(id, ErrorCode.PROTOCOL_ERROR, "depends on itself");
    }
    if (!connection.acquire()) {
      floods.refused();
      connection.reset(id, ErrorCode.REFUSED_STREAM);
      return;
    }
    // With its place taken: a connection that has named its last stream ends when none is open.
    if (!connection.goingAway().mayBegin(id)) {
      connection.notOpened();
      connection.reset(id, ErrorCode.REFUSED_STREAM);
      return;
    }
    Http2Stream stream;
    try {
      stream = open(id, list, end);
    } catch (StreamError e) {
      connection.notOpened();
      throw e;
    }
    receiver.touch(stream);
  }

  private Http2Stream open(int id, HeaderList list, boolean end) {
    var head = list.tooLarge() ? RequestHead.tooLarge(list) : RequestParser.parse(id, list);
    var stream = new Http2Stream(connection, id, head, connection.outbound().initialWindow());
    if (end && !stream.received(0, true)) {
      throw new StreamError(id, ErrorCode.PROTOCOL_ERROR, "content-length");
    }
    connection.open(stream);
    if (end) {
      stream.endedWithHead();
    }
    return stream;
  }
}
