package dev.oneport.transport.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.transport.RequestMemory;
import dev.oneport.transport.calls.CallFailure;
import dev.oneport.transport.calls.GrpcLimits;
import dev.oneport.transport.calls.MessageMemory;
import dev.oneport.transport.http2.Http2Port;
import dev.oneport.transport.http2.Http2Stream;
import dev.oneport.transport.http2.RawClient;
import dev.oneport.transport.http2.StreamHandler;
import java.util.Arrays;
import java.util.Optional;
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
}
