package dev.oneport.transport.grpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.transport.calls.FailureStatus;
import dev.oneport.transport.calls.GrpcLimits;
import dev.oneport.transport.http2.Await;
import dev.oneport.transport.http2.RawClient;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Messages are what the bytes say, however they are cut and packed, and never more than allowed.
 */
final class MessageTest {
  private static final String[] GZIP = {"grpc-encoding", "gzip", "grpc-accept-encoding", "gzip"};

  /** Answers each message with itself, and the end with OK. */
  private static final class Echoing extends Recorder {
    private final String compression;

    private Echoing(String compression) {
      this.compression = compression;
    }

    @Override
    void started(ServerCall<byte[], byte[]> call) {
      super.started(call);
      if (!compression.isEmpty()) {
        call.setCompression(compression);
        call.setMessageCompression(true);
      }
      call.sendHeaders(new Metadata());
    }

    @Override
    void message(ServerCall<byte[], byte[]> call, byte[] message) {
      call.sendMessage(message);
    }

    @Override
    void halfClose(ServerCall<byte[], byte[]> call) {
      call.close(Status.OK, new Metadata());
    }
  }

  private static GrpcPort port(Recorder handler) {
    return GrpcPort.builder()
        .limits(new GrpcLimits(1_000_000, 500_000))
        .service(BytesService.bidi(handler))
        .start();
  }

  @ParameterizedTest(name = "in frames of {0}")
  @ValueSource(ints = {1, 2, 5, 7, 1_000, 16_384})
  void messagesMayBeCutIntoFramesAnywhere(int size) {
    try (var port = port(new Echoing(""));
        var client = port.raw()) {
      var body = new ByteArrayOutputStream();
      for (int length : new int[] {0, 1, 300, 2_000}) {
        body.writeBytes(RawClient.framed(0, new byte[length]));
      }
      client.call(1, BytesService.PATH);
      sendCut(client, body.toByteArray(), size);
      var response = client.response(1);
      assertEquals("0", response.trailer("grpc-status"));
      assertArrayEquals(body.toByteArray(), response.body());
    }
  }

  private static void sendCut(RawClient client, byte[] body, int size) {
    for (int from = 0; from < body.length; from += size) {
      int to = Math.min(from + size, body.length);
      client.data(1, to == body.length, Arrays.copyOfRange(body, from, to));
    }
  }

  @ParameterizedTest(name = "in frames of {0}")
  @ValueSource(ints = {16, 1_000, 16_384})
  void aCompressedMessageMayBeCutAndIsAnsweredCompressed(int size) throws IOException {
    var message = new byte[100_000];
    new Random(1).nextBytes(message);
    try (var port = port(new Echoing("gzip"));
        var client = port.raw()) {
      client.call(1, BytesService.PATH, GZIP);
      sendCut(client, RawClient.framed(1, gzip(message)), size);
      client.windowUpdate(1, 1_000_000).windowUpdate(0, 1_000_000);
      var response = client.response(1);
      assertEquals("0", response.trailer("grpc-status"));
      assertEquals("gzip", response.header("grpc-encoding"));
      assertEquals(1, response.body()[0]);
      var packed = Arrays.copyOfRange(response.body(), 5, response.body().length);
      var unpacked = new GZIPInputStream(new ByteArrayInputStream(packed)).readAllBytes();
      assertArrayEquals(message, unpacked);
    }
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    var target = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(target)) {
      out.write(bytes);
    }
    return target.toByteArray();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badMessages")
  void whatIsNoMessageEndsItsCallAtOnceAndNothingElse(
      String name, String status, byte[] body, String... encoding) {
    var handler = new Echoing("");
    try (var port = port(handler);
        var client = port.raw()) {
      client.call(1, BytesService.PATH, encoding).data(1, false, body);
      var response = client.response(1);
      assertEquals(status, response.trailer("grpc-status"), name);
      assertTrue(client.isAlive());
      Await.until("the stream is given back", () -> port.openStreams() == 0);
      assertEquals(0, handler.messages.size());
      assertEquals(1, handler.cancels.get());
    }
  }

  static Stream<Arguments> badMessages() throws IOException {
    return Stream.of(
        row("one byte above the limit", "8", prefix(0, 1_000_001)),
        row("two gigabytes announced", "8", prefix(0, Integer.MAX_VALUE)),
        row("four gigabytes announced", "8", prefix(0, -1)),
        row("reserved flags", "3", prefix(2, 1)),
        row("compressed without an encoding", "13", RawClient.framed(1, (byte) 1)),
        row(
            "compressed as identity",
            "13",
            RawClient.framed(1, (byte) 1),
            "grpc-encoding",
            "identity"),
        row("not gzip", "3", RawClient.framed(1, (byte) 1), GZIP),
        row("a bomb", "8", RawClient.framed(1, gzip(new byte[500_001])), GZIP));
  }

  private static Arguments row(String name, String status, byte[] body, String... encoding) {
    return Arguments.of(name, status, body, encoding);
  }

  private static byte[] prefix(int flags, int length) {
    return ByteBuffer.allocate(5).put((byte) flags).putInt(length).array();
  }

  @Test
  void anIncompleteLastMessageEndsItsCallAsTheClientsMistake() {
    try (var port = port(new Echoing(""));
        var client = port.raw()) {
      client.call(1, BytesService.PATH).data(1, true, prefix(0, 10));
      assertEquals("3", client.response(1).trailer("grpc-status"));
      client.call(3, BytesService.PATH).data(3, true, (byte) 0, (byte) 0);
      assertEquals("3", client.response(3).trailer("grpc-status"));
    }
  }

  @Test
  void anEncodingThatIsNotKnownIsUnimplementedAndTheKnownOnesAreNamed() {
    try (var port = port(new Echoing(""));
        var client = port.raw()) {
      client.call(1, BytesService.PATH, "grpc-encoding", "brotli").message(1, true);
      var response = client.response(1);
      assertEquals("12", response.trailer("grpc-status"));
      assertEquals("gzip", response.header("grpc-accept-encoding"));
    }
  }

  @Test
  void anAnnouncedLengthTakesNoMemoryBeforeItsBytesCome() {
    var handler = new Echoing("");
    try (var port =
            GrpcPort.builder()
                .limits(new GrpcLimits(1 << 30, 1 << 30))
                .service(BytesService.bidi(handler))
                .start();
        var client = port.raw()) {
      for (int stream = 1; stream < 1_000; stream += 2) {
        client.call(stream, BytesService.PATH).data(stream, false, prefix(0, 1 << 30));
      }
      // 500 messages of a gigabyte would not fit.
      assertTrue(client.isAlive());
      Await.until("all have begun", () -> handler.calls.size() == 500);
      assertEquals(500, port.openStreams());
    }
  }

  @Test
  void theLayerAboveMayAddDetailsToAFailure() {
    var key = Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);
    FailureStatus details =
        failure -> {
          var trailers = new Metadata();
          trailers.put(key, failure.name().getBytes(StandardCharsets.US_ASCII));
          return failure.status().asException(trailers);
        };
    try (var port =
            GrpcPort.builder()
                .failures(details)
                .service(BytesService.bidi(new Echoing("")))
                .start();
        var client = port.raw()) {
      client.call(1, BytesService.PATH).data(1, false, prefix(0, Integer.MAX_VALUE));
      assertEquals(
          "TUVTU0FHRV9UT09fTEFSR0U", client.response(1).trailer("grpc-status-details-bin"));
      client.call(3, "/no/Such");
      assertEquals("TUVUSE9EX1VOS05PV04", client.response(3).trailer("grpc-status-details-bin"));
    }
  }
}
