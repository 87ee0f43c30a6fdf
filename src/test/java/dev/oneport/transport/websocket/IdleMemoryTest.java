package dev.oneport.transport.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.transport.http1.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a socket costs that does nothing. */
@Timeout(120)
final class IdleMemoryTest {
  private static final int SOCKETS = 1500;

  /** Cold code has deep stacks; warm, it is about 12 KiB, of which 8 are Helidon's read buffer. */
  private static final long MOST = 20 * 1024;

  @Test
  void anIdleSocketIsSmall() throws Exception {
    var limits = WebSocketLimits.defaults();
    try (var server = SocketFixture.start(limits, Recorder::new)) {
      close(open(server, 200));
      Await.until("none is open", () -> server.sockets.open() == 0);
      var before = usedHeap();
      var clients = open(server, SOCKETS);
      assertEquals(SOCKETS, server.sockets.open());
      var each = (usedHeap() - before) / SOCKETS;
      System.out.println("an idle socket, its client included, takes " + each + " bytes of heap");
      assertTrue(each < MOST, "it takes " + each);
      close(clients);
    }
  }

  private static List<SocketChannel> open(SocketFixture server, int sockets) throws IOException {
    var request =
        RawSocket.request("/echo", "Authorization: Bearer " + "a".repeat(2000) + "\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    var response = ByteBuffer.allocate(1024);
    var clients = new ArrayList<SocketChannel>();
    for (var i = 0; i < sockets; i++) {
      var client =
          SocketChannel.open(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
      client.write(ByteBuffer.wrap(request));
      client.read(response.clear());
      assertEquals('1', response.get(9));
      clients.add(client);
    }
    return clients;
  }

  private static void close(List<SocketChannel> clients) throws IOException {
    for (var client : clients) {
      client.close();
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
