package dev.oneport.transport.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.oneport.transport.http1.Await;
import io.helidon.websocket.WsSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nothing is left of sockets whose clients vanish in the middle of things. */
@Timeout(120)
final class LeakTest {
  private static final int SOCKETS = Integer.getInteger("oneport.test.sockets", 1000);

  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();
  private final AtomicInteger endedTwice = new AtomicInteger();

  /** Echoes, and counts its socket's ends. */
  private final class Counting extends SocketFixture.Echo {
    private final AtomicInteger ends = new AtomicInteger();

    @Override
    public void onOpen(WsSession session) {
      opened.incrementAndGet();
    }

    @Override
    public void onClose(WsSession session, int code, String reason) {
      ended.incrementAndGet();
      if (ends.incrementAndGet() > 1) {
        endedTwice.incrementAndGet();
      }
    }
  }

  @Test
  void everyAuthorHearsOfItsSocketsEndExactlyOnce() throws Exception {
    try (var server = SocketFixture.start(SocketFixture.LIMITS, Counting::new)) {
      drop(server, 100);
      var threads = threads();
      var before = usedHeap();
      drop(server, SOCKETS);
      Await.until("none is open", () -> server.sockets.open() == 0);
      Await.until("no connection is open", () -> server.http1.openConnections() == 0);
      assertEquals(opened.get(), ended.get());
      assertEquals(0, endedTwice.get());
      assertTrue(opened.get() > SOCKETS / 2, "only " + opened.get());
      Await.until("no thread is left", () -> threads() <= threads);
      var growth = usedHeap() - before;
      assertTrue(growth < 4000L * SOCKETS, "the heap grew by " + growth);
    }
  }

  private static void drop(SocketFixture server, int sockets) throws Exception {
    var script = script();
    var atOnce = new Semaphore(50);
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var drops = new ArrayList<Future<?>>();
      for (var i = 0; i < sockets; i++) {
        var random = new Random(i);
        atOnce.acquire();
        drops.add(
            clients.submit(
                () -> {
                  try (var client = server.open()) {
                    drop(client, script, random);
                  } finally {
                    atOnce.release();
                  }
                  return null;
                }));
      }
      for (var drop : drops) {
        drop.get();
      }
    }
    Await.until("none is open", () -> server.sockets.open() == 0);
  }

  private static byte[] script() {
    var all = new ByteArrayOutputStream();
    all.writeBytes(RawFrame.text("a").masked());
    all.writeBytes(RawFrame.binary(5000).masked());
    all.writeBytes(RawFrame.ping("p").masked());
    all.writeBytes(RawFrame.text("b").more().masked());
    all.writeBytes(RawFrame.text("c").continued().masked());
    all.writeBytes(RawFrame.close(1000).masked());
    all.writeBytes(RawFrame.text("after").masked());
    return all.toByteArray();
  }

  private static void drop(RawSocket client, byte[] script, Random random) throws Exception {
    var sent = random.nextInt(script.length + 1);
    client.send(Arrays.copyOf(script, sent));
    if (sent > 10 && random.nextBoolean()) {
      client.read();
    }
    switch (random.nextInt(3)) {
      case 0 -> client.reset();
      case 1 -> client.http().socket().shutdownOutput();
      default -> {}
    }
  }

  /** How many threads there are, virtual ones included. */
  private static int threads() {
    try {
      var dump = Files.createTempDirectory("threads").resolve("dump.json");
      var format = HotSpotDiagnosticMXBean.ThreadDumpFormat.JSON;
      ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
          .dumpThreads(dump.toString(), format);
      var json = Files.readString(dump);
      Files.delete(dump);
      return json.split("\"tid\"", -1).length - 1;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long usedHeap() {
    var runtime = Runtime.getRuntime();
    for (var i = 0; i < 3; i++) {
      System.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
