package dev.oneport.transport.web;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.transport.RequestMemory;
import dev.oneport.transport.grpc.CallFailure;
import dev.oneport.transport.grpc.GrpcFailure;
import dev.oneport.transport.grpc.MessageMemory;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Random;
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
    var messages = new ConnectMessages(inPieces(bytes), max, memory());
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
    var messages = new ConnectMessages(inPieces(new byte[size]), max, memory());
    assertEquals(
        GrpcFailure.MESSAGE_TOO_LARGE, assertThrows(CallFailure.class, messages::next).failure());
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
