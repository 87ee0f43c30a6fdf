package dev.oneport.transport.grpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.transport.RequestMemory;
import dev.oneport.transport.calls.CallFailure;
import dev.oneport.transport.calls.GrpcLimits;
import dev.oneport.transport.calls.MessageMemory;
import dev.oneport.transport.http2.Http2Port;
import dev.oneport.transport.http2.Http2Stream;
import dev.oneport.transport.http2.RawClient;
import dev.oneport.transport.http2.StreamHandler;
import dev.oneport.transport.http2.flow.InboundBuffer;
import dev.oneport.transport.http2.flow.IncomingBody;
import dev.oneport.transport.http2.flow.Slice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A message is looked for while it comes. */
final class MessageReaderTest {
  private static final int CALLS = 500;
  private static final int TORN = 3;

  private final BlockingQueue<String> outcomes = new LinkedBlockingQueue<>();

  @Test
  void aMessageIsCompleteThoughItsLastPartComesInTheMomentOfLooking() throws InterruptedException {
    var message = RawClient.framed(0, new byte[10]);
    try (var port =
            Http2Port.builder().protocol(stream -> Optional.of(new Looking(stream))).start();
        var client = RawClient.connect(port.port())) {
      for (int stream = 1; stream < 2 * CALLS; stream += 2) {
        client.call(stream, BytesService.PATH).data(stream, false, Arrays.copyOf(message, TORN));
        client.data(stream, true, Arrays.copyOfRange(message, TORN, message.length));
        assertEquals("complete", outcomes.poll(15, TimeUnit.SECONDS));
      }
    }
  }

  @Test
  void messagesAreThoseThatWereSentHoweverTheyAreCut() throws IOException {
    var random = new Random(11);
    for (int round = 0; round < 60; round++) {
      boolean raw = random.nextBoolean();
      var sent = new ArrayList<byte[]>();
      var wire = new ByteArrayOutputStream();
      for (int i = random.nextInt(1, 5); i > 0; i--) {
        var message =
            new byte[random.nextInt(10) == 0 ? 0 : random.nextInt(1 << random.nextInt(1, 21))];
        random.nextBytes(message);
        sent.add(message);
        wire.write(RawClient.framed(0, message));
      }
      assertSame(sent, received(wire.toByteArray(), raw, random), "round " + round);
    }
  }

  private static void assertSame(List<byte[]> sent, List<byte[]> received, String round) {
    assertEquals(sent.size(), received.size(), round);
    for (int i = 0; i < sent.size(); i++) {
      assertArrayEquals(sent.get(i), received.get(i), round);
    }
  }

  /** Reads all messages, of a body whose frames come between one look and the next. */
  private static List<byte[]> received(byte[] wire, boolean raw, Random random) throws IOException {
    var body = new CutBody();
    var reader =
        new MessageReader(
            body,
            GrpcLimits.defaults(),
            new MessageMemory(RequestMemory.unbounded().share()),
            Optional.empty(),
            raw);
    var received = new ArrayList<byte[]>();
    int most = 1 << random.nextInt(1, 15);
    int at = 0;
    while (!reader.isAtEnd()) {
      for (int frames = random.nextInt(4); frames > 0 && at < wire.length; frames--) {
        int size = Math.min(random.nextInt(1, most + 1), wire.length - at);
        body.buffer.append(wire, at, size, size);
        at += size;
      }
      if (at == wire.length) {
        body.buffer.end();
      }
      var message = reader.next();
      if (message.isPresent()) {
        int length = message.get().available();
        received.add(read(message.get(), random));
        assertEquals(length, received.getLast().length);
      }
    }
    return received;
  }

  private static byte[] read(InputStream message, Random random) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var piece = new byte[random.nextInt(1, 40_000)];
    for (int one = message.read(); one >= 0; one = message.read()) {
      bytes.write(one);
      bytes.write(piece, 0, Math.max(0, message.read(piece)));
    }
    return bytes.toByteArray();
  }

  /** Looks all the time. */
  private final class Looking implements StreamHandler {
    private final Http2Stream stream;

    private Looking(Http2Stream stream) {
      this.stream = stream;
    }

    @Override
    public void begin() {
      Thread.ofPlatform().start(this::look);
      // The more look, the longer each waits between one look and the next.
      for (int i = 0; i < 4; i++) {
        Thread.ofPlatform().start(this::disturb);
      }
    }

    private void disturb() {
      while (!stream.bodyEnded()) {
        var _ = stream.available();
      }
    }

    private void look() {
      var reader =
          new MessageReader(
              stream,
              GrpcLimits.defaults(),
              new MessageMemory(RequestMemory.unbounded().share()),
              Optional.empty(),
              false);
      try {
        while (reader.next().isEmpty()) {
          Thread.onSpinWait();
        }
        outcomes.add("complete");
      } catch (CallFailure e) {
        outcomes.add(e.toString());
      }
      stream.done();
    }

    @Override
    public void arrived() {}

    @Override
    public void quiet() {}

    @Override
    public void writable() {}

    @Override
    public void ended() {}
  }

  /** A body without a connection. */
  private static final class CutBody implements IncomingBody {
    private final InboundBuffer buffer =
        new InboundBuffer(Integer.MAX_VALUE, RequestMemory.unbounded().share());

    @Override
    public int available() {
      return buffer.available();
    }

    @Override
    public boolean bodyEnded() {
      return buffer.ended();
    }

    @Override
    public boolean isOutOfMemory() {
      return buffer.outOfMemory();
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      return buffer.read(target, offset, length);
    }

    @Override
    public Slice take(int length) {
      return buffer.take(length);
    }

    @Override
    public void collect(byte[] target, int from) {
      buffer.collect(target, from);
    }

    @Override
    public int collected() {
      return buffer.collected();
    }
  }
}
