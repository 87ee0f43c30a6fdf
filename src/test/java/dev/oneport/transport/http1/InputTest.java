package dev.oneport.transport.http1;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.transport.DelegatingContext;
import dev.oneport.transport.time.DeadlineWatch;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.webserver.ConnectionContext;
import java.lang.reflect.Proxy;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the protocol that takes a connection over gets of it. */
@Timeout(20)
final class InputTest {
  private final LinkedBlockingQueue<byte[]> sent = new LinkedBlockingQueue<>();
  private final AtomicInteger reads = new AtomicInteger();
  private final HelidonSocket socket =
      fake(
          HelidonSocket.class,
          () -> {
            reads.incrementAndGet();
            return sent.take();
          });

  /** On a busy machine the client is looked for while its upgrade is under way. */
  @Test
  void aBufferThatIsBeingReadIsTheFirst() {
    var input = new Input(new Connection(), new DeadlineWatch());
    input.readAhead(() -> {});
    Await.until("it is being read", () -> reads.get() == 1);
    var next = input.handOver().serverSocket();
    sent.add("one".getBytes(US_ASCII));
    sent.add("two".getBytes(US_ASCII));
    assertEquals("one", new String(next.get(), US_ASCII));
    assertEquals("two", new String(next.get(), US_ASCII));
  }

  private final class Connection extends DelegatingContext {
    Connection() {
      super(
          fake(ConnectionContext.class, InputTest::unused),
          DataReader.create(() -> new byte[0]),
          fake(DataWriter.class, InputTest::unused));
    }

    @Override
    public HelidonSocket serverSocket() {
      return socket;
    }
  }

  private static Object unused() {
    throw new UnsupportedOperationException();
  }

  private interface Answer {
    Object give() throws Exception;
  }

  private static <T> T fake(Class<T> type, Answer answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(), new Class<?>[] {type}, (_, _, _) -> answer.give()));
  }
}
