package dev.oneport.transport.connect;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.transport.RequestMemory;
import dev.oneport.transport.calls.CallFailure;
import dev.oneport.transport.calls.GrpcFailure;
import dev.oneport.transport.calls.GrpcLimits;
import dev.oneport.transport.calls.MessageMemory;
import io.grpc.Codec;
import io.grpc.Decompressor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A body is one message, whole or refused, in whatever pieces it comes. */
final class ConnectMessagesTest {
  @ParameterizedTest(name = "{0} bytes of {1}")
  @CsvSource({
    "0, 0",
    "0, 10",
    "10, 10",
    "1023, 1023",
    "1023, 5000",
    "1024, 1024",
    "1024, 5000",
    "1025, 1025",
    "1025, 5000",
    "40000, 40000",
    "40000, 50000"
  })
  void aMessageWithinTheLimitIsRead(int size, int max) throws Exception {
    var bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    var messages =
        new ConnectMessages(inPieces(bytes), new GrpcLimits(max, max), memory(), Optional.empty());
    assertArrayEquals(bytes, messages.next().orElseThrow().readAllBytes());
    assertTrue(messages.atEnd());
    assertTrue(messages.next().isEmpty());
  }

  @ParameterizedTest(name = "{0} bytes of {1}")
  @CsvSource({
    "1, 0",
    "11, 10",
    "1023, 1022",
    "1024, 1023",
    "1025, 1024",
    "5000, 1025",
    "40001, 40000"
  })
  void aLargerOneIsRefused(int size, int max) {
    var messages =
        new ConnectMessages(
            inPieces(new byte[size]), new GrpcLimits(max, max), memory(), Optional.empty());
    assertEquals(
        GrpcFailure.MESSAGE_TOO_LARGE, assertThrows(CallFailure.class, messages::next).failure());
  }

  @ParameterizedTest(name = "{0} bytes of {1}")
  @CsvSource({"0, 100", "10, 100", "40000, 40000"})
  void aCompressedOneIsUnpacked(int size, int max) throws Exception {
    var gzip = Optional.<Decompressor>of(new Codec.Gzip());
    var body = inPieces(gzip(new byte[size]));
    var messages = new ConnectMessages(body, new GrpcLimits(max, max), memory(), gzip);
    assertArrayEquals(new byte[size], messages.next().orElseThrow().readAllBytes());
    assertTrue(messages.atEnd());
  }

  @Test
  void whatIsEmptyIsNotUnpacked() throws Exception {
    var messages =
        new ConnectMessages(
            inPieces(new byte[0]), new GrpcLimits(10, 10), memory(), Optional.of(new Codec.Gzip()));
    assertEquals(0, messages.next().orElseThrow().readAllBytes().length);
  }

  @Test
  void bothSizesOfACompressedOneCount() throws Exception {
    var random = new byte[100];
    new Random(1).nextBytes(random);
    for (var bytes : List.of(new byte[1 << 20], random)) {
      var messages =
          new ConnectMessages(
              inPieces(gzip(bytes)),
              new GrpcLimits(100, 100),
              memory(),
              Optional.of(new Codec.Gzip()));
      assertEquals(
          GrpcFailure.MESSAGE_TOO_LARGE, assertThrows(CallFailure.class, messages::next).failure());
    }
  }

  @Test
  void whatCannotBeUnpackedIsMalformed() throws Exception {
    var packed = gzip(new byte[10]);
    for (var bytes : List.of(new byte[10], Arrays.copyOf(packed, packed.length - 9))) {
      var messages =
          new ConnectMessages(
              inPieces(bytes), new GrpcLimits(100, 100), memory(), Optional.of(new Codec.Gzip()));
      assertEquals(
          GrpcFailure.MALFORMED, assertThrows(CallFailure.class, messages::next).failure());
    }
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes);
    }
    return packed.toByteArray();
  }

  private static MessageMemory memory() {
    return new MessageMemory(RequestMemory.unbounded().share());
  }

  private static InputStream inPieces(byte[] bytes) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] into, int from, int length) {
        return super.read(into, from, Math.min(length, 700));
      }
    };
  }
}
