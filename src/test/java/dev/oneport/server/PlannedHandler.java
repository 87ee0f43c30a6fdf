package dev.oneport.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Does what the query of its request says, one step after the other. */
final class PlannedHandler implements Handler {
  private static final List<Integer> STATUSES = List.of(200, 201, 204, 205, 304, 404, 503);

  /** Some steps in random order; answers, refusals and failures end most plans. */
  static List<String> random(Random random) {
    var steps = new ArrayList<String>();
    var most = 1 + random.nextInt(5);
    while (steps.size() < most) {
      steps.add(step(random));
    }
    return steps;
  }

  private static String step(Random random) {
    return switch (random.nextInt(16)) {
      case 0, 1 -> "status:" + STATUSES.get(random.nextInt(STATUSES.size()));
      case 2 -> "header:" + random.nextInt(3);
      case 3 -> "hop:" + random.nextInt(4);
      case 4 -> "length:" + random.nextInt(20);
      case 5, 6 -> "send:" + random.nextInt(20);
      case 7 -> "text:" + random.nextInt(20);
      case 8 -> "empty";
      case 9, 10 -> "write:" + (random.nextInt(8) == 0 ? 20_000 : random.nextInt(20));
      case 11 -> "flush";
      case 12 -> "close";
      case 13 -> "read:" + random.nextInt(200);
      case 14 -> random.nextBoolean() ? "readall" : "throw";
      default -> "refuse:" + (400 + random.nextInt(20));
    };
  }

  @Override
  public void handle(ServerRequest request, ServerResponse response) throws IOException {
    var run = new Run(request, response);
    for (var step : request.query().get("plan").split("_", -1)) {
      var parts = step.split(":", 2);
      run.step(parts[0], parts.length == 1 ? 0 : Integer.parseInt(parts[1]));
    }
  }

  /** One request's. */
  private static final class Run {
    private final ServerRequest request;
    private final ServerResponse response;
    private @Nullable OutputStream out;
    private @Nullable InputStream in;

    private Run(ServerRequest request, ServerResponse response) {
      this.request = request;
      this.response = response;
    }

    private void step(String name, int n) throws IOException {
      switch (name) {
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
