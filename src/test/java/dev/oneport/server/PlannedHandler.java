package dev.oneport.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.RunningServer;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.HttpException;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Does what the query of its request says, one step after the other. */
final class PlannedHandler implements Handler {
  private static final int PATIENCE = 20;

  private final Map<String, Course> courses = new ConcurrentHashMap<>();

  /** How far a request has come whose client is going to leave. */
  static final class Course {
    private final CountDownLatch waits = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean patient;

    /** Waits until the handler waits for its client to leave, or has ended before. */
    void awaitWaiting() throws InterruptedException {
      assertTrue(waits.await(PATIENCE, SECONDS), "the handler was not called");
    }

    /** Waits until the handler has ended, which nothing but its client's leaving brings about. */
    void awaitEnd() throws InterruptedException {
      assertTrue(ended.await(PATIENCE, SECONDS), "the handler has not ended");
      assertFalse(patient, "the handler was not interrupted");
    }

    private void await() {
      waits.countDown();
      try {
        TimeUnit.SECONDS.sleep(PATIENCE - 5);
        patient = true;
      } catch (InterruptedException _) {
        // the client has left
      }
    }
  }

  /** The course of a request that is going to be sent with that {@code User-Agent}. */
  Course follow(String agent) {
    return courses.computeIfAbsent(agent, _ -> new Course());
  }

  @Override
  public void handle(ServerRequest request, ServerResponse response) throws IOException {
    var course = courses.remove(request.headers().first(HeaderNames.USER_AGENT).orElse(""));
    var run = new Run(request, response, course == null ? new Course() : course);
    if (RunningServer.forwards()) {
      // A handler that fails after its whole response ends the connection, and the next request on
      // it would meet that end.
      response.header(HeaderValues.CONNECTION_CLOSE);
    }
    try {
      for (var step : request.query().get("plan").split("_", -1)) {
        var parts = step.split(":", 2);
        run.step(parts[0], parts.length == 1 ? 0 : Integer.parseInt(parts[1]));
      }
    } finally {
      run.course.waits.countDown();
      run.course.ended.countDown();
    }
  }

  /** One request's. */
  private static final class Run {
    private final ServerRequest request;
    private final ServerResponse response;
    private final Course course;
    private @Nullable OutputStream out;
    private @Nullable InputStream in;

    private Run(ServerRequest request, ServerResponse response, Course course) {
      this.request = request;
      this.response = response;
      this.course = course;
    }

    private void step(String name, int n) throws IOException {
      switch (name) {
        case "" -> {}
        case "status" -> response.status(Status.create(n));
        case "header" -> response.header("X-Plan", "value-" + n);
        case "hop" -> response.header(hop(n));
        case "length" -> response.header(HeaderNames.CONTENT_LENGTH, String.valueOf(n));
        case "send" -> response.send(bytes(n));
        case "text" -> response.send("t".repeat(n));
        case "empty" -> response.send();
        case "write" -> out().write(bytes(n));
        case "flush" -> out().flush();
        case "close" -> out().close();
        case "read" -> in().readNBytes(n);
        case "readall" -> in().readAllBytes();
        case "wait" -> course.await();
        case "rest" -> {
          course.waits.countDown();
          in().readAllBytes();
        }
        case "throw" -> throw new IllegalStateException("a secret of the handler");
        case "refuse" ->
            throw new HttpException("a secret", Status.create(n))
                .header(HeaderValues.create("X-Refused", "yes"));
        default -> throw new AssertionError(name);
      }
    }

    private static io.helidon.http.Header hop(int n) {
      return switch (n) {
        case 0 -> HeaderValues.create("Connection", "close");
        case 1 -> HeaderValues.create("Keep-Alive", "timeout=5");
        case 2 -> HeaderValues.create("Transfer-Encoding", "chunked");
        default -> HeaderValues.create("Upgrade", "other");
      };
    }

    private static byte[] bytes(int n) {
      return "b".repeat(n).getBytes(US_ASCII);
    }

    private OutputStream out() {
      var known = out;
      if (known == null) {
        known = response.outputStream();
        out = known;
      }
      return known;
    }

    private InputStream in() {
      var known = in;
      if (known == null) {
        known = request.content().inputStream();
        in = known;
      }
      return known;
    }
  }
}
