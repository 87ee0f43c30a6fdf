package dev.oneport.cli;

import dev.oneport.api.Mount;
import dev.oneport.api.Service;
import dev.oneport.threads.Background;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;

/** Uses up resources that the whole process needs. */
public final class HarmfulService implements Service {
  /** The result of a spinning handler, so that Java cannot optimize the loop away. */
  static volatile long computed;

  private static final List<byte[]> MEMORY = new ArrayList<>();

  /** Blocks forever while mounting, if the environment asks for it. */
  @Override
  public void mount(Mount port) {
    if (System.getenv("HARM") != null) {
      System.out.println("mounting for ever");
      while (true) {
        LockSupport.park();
      }
    }
    port.http()
        .get("/harm/spin", HarmfulService::spin)
        .get("/harm/files", HarmfulService::files)
        .get("/harm/memory", (_, response) -> memory(response))
        .get("/harm/thread", (_, response) -> thread(response, false))
        .get("/harm/worker", (_, response) -> thread(response, true));
  }

  /** Computes for that many seconds without blocking. */
  private static void spin(ServerRequest request, ServerResponse response) {
    long end = System.nanoTime() + request.query().first("s").asLong().get() * 1_000_000_000L;
    long sum = 0;
    while (System.nanoTime() < end) {
      sum = sum * 31 + 1;
    }
    computed = sum;
    response.send("done");
  }

  /** Opens files until none are left, lets the listener fail to accept, and closes them. */
  private static void files(ServerRequest request, ServerResponse response) throws IOException {
    var open = new ArrayList<FileInputStream>();
    try {
      // A client that waits to be accepted needs the descriptor that is released for it.
      while (open.size() < 100_000) {
        open.add(new FileInputStream("/dev/null"));
      }
    } catch (IOException e) {
      open.removeLast().close();
      var address = InetAddress.getLoopbackAddress();
      try (var _ = new Socket(address, request.localPeer().port())) {
        Thread.sleep(500);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    } finally {
      for (var file : open) {
        file.close();
      }
    }
    response.send("done");
  }

  /** Makes a background thread die. */
  private static void thread(ServerResponse response, boolean worker) {
    Runnable task =
        () -> {
          throw new NoClassDefFoundError("injected");
        };
    var _ = worker ? started(Background.factory("harm"), task) : Background.start("harm", task);
    response.send("done");
  }

  private static Thread started(ThreadFactory factory, Runnable task) {
    var thread = factory.newThread(task);
    thread.start();
    return thread;
  }

  /** Fills the memory and holds on to it. */
  private static void memory(ServerResponse response) {
    while (MEMORY.size() < 1_000_000) {
      MEMORY.add(new byte[1 << 20]);
    }
    response.send("done");
  }
}
