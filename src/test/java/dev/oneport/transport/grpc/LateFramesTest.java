package dev.oneport.transport.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.transport.http2.RawClient;
import dev.oneport.transport.http2.frames.ErrorCode;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a client sends on a stream that is over never ends the connection. */
final class LateFramesTest {
  private static final byte[] NOTHING = {};

  @ParameterizedTest(name = "{0}")
  @MethodSource("lateFrames")
  void aLateFrameOfAFinishedCallLeavesTheOthersAlone(String name, Consumer<RawClient> late) {
    try (var port = GrpcPort.serving(new TestEcho());
        var client = port.raw()) {
      client.call(1, "/Echo/Ping").message(1, true, NOTHING);
      assertEquals("0", client.response(1).trailer("grpc-status"));
      client.call(3, "/Echo/Ping");
      late.accept(client);
      client.message(3, true, NOTHING);
      assertEquals("0", client.response(3).trailer("grpc-status"), name);
      assertTrue(client.isAlive());
    }
  }

  static Stream<Arguments> lateFrames() {
    return Stream.of(
        Arguments.of("a reset", late(c -> c.reset(1, ErrorCode.CANCEL))),
        Arguments.of(
            "two resets", late(c -> c.reset(1, ErrorCode.CANCEL).reset(1, ErrorCode.CANCEL))),
        Arguments.of("a window update", late(c -> c.windowUpdate(1, 1_000))),
        Arguments.of("data", late(c -> c.data(1, false, new byte[100]))),
        Arguments.of("the end", late(c -> c.data(1, true))),
        Arguments.of("a priority", late(c -> c.frame(2, 0, 1, new byte[5]))));
  }

  private static Consumer<RawClient> late(Consumer<RawClient> frames) {
    return frames;
  }

  @Test
  void dataAndTrailersOfARefusedUploadAreIgnored() {
    try (var port = GrpcPort.serving(new TestEcho());
        var client = port.raw()) {
      client.call(1, "/Echo/Nothing");
      assertEquals("12", client.response(1).trailer("grpc-status"));
      for (int i = 0; i < 40; i++) {
        client.data(1, false, new byte[10_000]);
      }
      client.headers(1, true, "late", "trailer");
      client.call(3, "/Echo/Ping").message(3, true, NOTHING);
      assertEquals("0", client.response(3).trailer("grpc-status"));
    }
  }

  @Test
  void tenThousandRefusedUploadsOfAMegabyteLeaveTheConnectionAnswering() {
    try (var port = GrpcPort.serving(new TestEcho());
        var client = port.raw()) {
      var megabyte = new byte[16_384];
      int stream = 1;
      for (int round = 0; round < 100; round++) {
        for (int i = 0; i < 100; i++, stream += 2) {
          client.call(stream, "/Echo/Nothing");
          // A client sends what the connection's window allows, whatever it wanted to send.
          client.data(stream, false, i % 25 == 0 ? megabyte : new byte[100]);
        }
        client.call(stream, "/Echo/Ping").message(stream, true, NOTHING);
        assertEquals("0", client.response(stream).trailer("grpc-status"));
        stream += 2;
      }
      assertTrue(client.isAlive());
    }
  }
}
