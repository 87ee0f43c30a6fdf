package dev.oneport.transport.http2.client;

import dev.oneport.transport.http2.client.StreamFailure.Kind;
import dev.oneport.transport.http2.flow.FloodGuard;
import dev.oneport.transport.http2.flow.Outbound;
import dev.oneport.transport.http2.flow.PeerSettings;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import dev.oneport.transport.http2.frames.IncomingFrame;
import dev.oneport.transport.http2.frames.StreamError;

/** Handles a server's frames that are not part of a response. */
final class ServerFrames {
  private final ClientConnection connection;
  private final ClientStreams streams;
  private final Outbound outbound;
  private final FloodGuard floods;

  ServerFrames(ClientConnection connection, FloodGuard floods) {
    this.connection = connection;
    this.streams = connection.streams();
    this.outbound = connection.outbound();
    this.floods = floods;
  }

  void settings(IncomingFrame frame) {
    frame.requireConnection();
    floods.settings();
    if (frame.has(Frame.ACK)) {
      frame.requireLength(0);
      return;
    }
    var settings = PeerSettings.read(frame.bytes(), frame.offset(), frame.length());
    settings.maxStreams().ifPresent(streams::allow);
    settings.apply(outbound, streams.all(), true);
    connection.allowed();
  }

  void ping(IncomingFrame frame) {
    frame.requireConnection();
    frame.requireLength(8);
    if (frame.has(Frame.ACK)) {
      return;
    }
    floods.ping(outbound.progress());
    int high = frame.intAt(0);
    int low = frame.intAt(4);
    outbound.control(
        target -> {
          target.frame(8, Frame.PING, Frame.ACK, 0);
          target.putInt(high);
          target.putInt(low);
        });
  }

  /**
   * Fails the streams that the server did not process; the others continue (RFC 9113 section 6.8).
   */
  void goAway(IncomingFrame frame) {
    frame.requireConnection();
    frame.require(frame.length() >= 8, ErrorCode.FRAME_SIZE_ERROR, "GOAWAY");
    floods.other(outbound.progress());
    int last = frame.intAt(0) & Integer.MAX_VALUE;
    outbound.control(_ -> streams.leave());
    var why = new StreamFailure(Kind.NOT_PROCESSED, frame.intAt(4), "the server is going away");
    streams.above(last).forEach(stream -> stream.fail(why));
    if (streams.isEmpty()) {
      connection.leave();
    }
  }

  void windowUpdate(IncomingFrame frame) {
    frame.requireLength(4);
    floods.windowUpdate(outbound.progress());
    int increment = frame.intAt(0) & Integer.MAX_VALUE;
    int id = frame.stream();
    if (id == 0) {
      frame.require(increment > 0, ErrorCode.PROTOCOL_ERROR, "window update of 0");
      frame.require(
          outbound.connectionUpdate(increment), ErrorCode.FLOW_CONTROL_ERROR, "connection window");
      return;
    }
    frame.require(!streams.isIdle(id), ErrorCode.PROTOCOL_ERROR, "window of an idle stream");
    var stream = streams.get(id);
    if (stream == null) {
      return;
    }
    if (increment == 0) {
      throw new StreamError(id, ErrorCode.PROTOCOL_ERROR, "window update of 0");
    }
    if (!outbound.streamUpdate(stream, increment)) {
      throw new StreamError(id, ErrorCode.FLOW_CONTROL_ERROR, "stream window");
    }
  }
}
