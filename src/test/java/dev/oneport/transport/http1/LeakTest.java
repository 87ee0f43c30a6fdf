package dev.oneport.transport.http1;

import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nothing is left of connections that end in the middle of things. */
@Timeout(120)
final class LeakTest {
  private static final int CONNECTIONS = 1000;
  private static final String REQUESTS =
      "GET /ping HTTP/1.1\r\nHost: a\r\n\r\n"
          + "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabcdefghij"
          + "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n"
          + "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n";

  @Test
  void everyConnectionEndsWhereverTheClientDropsIt() throws Exception {
    try (var server = Http1Fixture.start();
        var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var atOnce = new Semaphore(50);
      var drops = new ArrayList<Future<?>>();
      for (var i = 0; i < CONNECTIONS; i++) {
        var random = new Random(i);
        atOnce.acquire();
        drops.add(
            clients.submit(
                () -> {
                  try (var client = server.connect()) {
                    drop(client, random);
                  } finally {
                    atOnce.release();
                  }
                  return null;
                }));
      }
      for (var drop : drops) {
        drop.get();
      }
      Await.until("all have ended", () -> server.http1.openConnections() == 0);
    }
  }

  private static void drop(RawHttp client, Random random) throws Exception {
    var sent = random.nextInt(REQUESTS.length() + 1);
    client.send(REQUESTS.substring(0, sent));
    if (sent > 100 && random.nextBoolean()) {
      client.in().read();
    }
    switch (random.nextInt(3)) {
      case 0 -> client.reset();
      case 1 -> client.socket().shutdownOutput();
      default -> {}
    }
  }
}
