package dev.oneport.gateway;

import dev.oneport.transport.HeaderLine;
import dev.oneport.transport.http1.client.OriginConnection;
import dev.oneport.transport.http1.client.RequestContent;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends the client's content to the upstream on a separate thread, while the handler's thread reads
 * the response. It reads only as fast as the upstream does.
 */
final class BodyPump implements Runnable {
  private static final int SIZE = 16 << 10;

  /**
   * How long to wait for the upstream's 100 Continue before sending the content (RFC 9110 10.1.1).
   */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** How long to wait for the end of content that is usually complete. */
  private static final Duration ENDING = Duration.ofMillis(100);

  private final Supplier<InputStream> in;
  private final RequestContent out;
  private final Supplier<List<HeaderLine>> trailers;
  private final OriginConnection connection;
  private final CountDownLatch wanted;
  private final Thread thread;

  /**
   * Set by the pump's thread, which then reads the content, or by an early response, which prevents
   * that.
   */
  private final AtomicBoolean decided = new AtomicBoolean();

  private volatile boolean dropping;
  private volatile @Nullable Exception clientFailure;

  private BodyPump(
      Supplier<InputStream> in,
      RequestContent out,
      Supplier<List<HeaderLine>> trailers,
      OriginConnection connection,
      boolean waitsForContinue) {
    this.in = in;
    this.out = out;
    this.trailers = trailers;
    this.connection = connection;
    this.wanted = new CountDownLatch(waitsForContinue ? 1 : 0);
    this.thread = Thread.ofVirtual().name("gateway-body").unstarted(this);
  }

  /**
   * Starts to send.
   *
   * @param in is asked when the content is wanted, which may ask the client for it
   * @param trailers the fields that follow the content, once all of that was read
   * @param waitsForContinue whether the client waits for 100 Continue before it sends its content
   */
  static BodyPump start(
      Supplier<InputStream> in,
      RequestContent out,
      Supplier<List<HeaderLine>> trailers,
      OriginConnection connection,
      boolean waitsForContinue) {
    var pump = new BodyPump(in, out, trailers, connection, waitsForContinue);
    pump.thread.start();
    return pump;
  }

  /** Sends the content now, because the upstream asked for it. */
  void wanted() {
    wanted.countDown();
  }

  @Override
  public void run() {
    try {
      var _ = wanted.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      if (decided.compareAndSet(false, true)) {
        pump();
      }
    } catch (IOException | RuntimeException e) {
      clientFailure = e;
      connection.close();
    } catch (InterruptedException e) {
      connection.close();
    }
  }

  private void pump() throws IOException {
    var bytes = new byte[SIZE];
    var content = in.get();
    for (int read = content.read(bytes); read >= 0; read = content.read(bytes)) {
      send(bytes, read);
    }
    if (!dropping) {
      try {
        out.trailers(trailers.get());
        out.close();
      } catch (IOException _) {
        dropping = true;
      }
    }
  }

  /**
   * Sends content, or drops it if the upstream no longer reads: some clients read the response only
   * after they have sent the whole request.
   */
  private void send(byte[] bytes, int count) {
    if (dropping) {
      return;
    }
    try {
      out.write(bytes, 0, count);
    } catch (IOException _) {
      dropping = true;
    }
  }

  /**
   * Drops the rest of the content, because the response is complete.
   *
   * @return whether nothing is being sent; otherwise the connection must be closed, which ends a
   *     write that the upstream does not read
   */
  boolean drop() throws InterruptedException {
    dropping = true;
    if (decided.compareAndSet(false, true)) {
      thread.interrupt();
    }
    return thread.join(ENDING);
  }

  /** Waits until the client has sent the rest, which is dropped. */
  void finish() throws InterruptedException {
    thread.join();
  }

  /** Why the client's content could not be read; null if it could. */
  @Nullable Exception clientFailure() {
    return clientFailure;
  }
}
