package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.testing.RawHttp;
import io.helidon.http.Method;
import io.helidon.http.PathMatchers;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random routes, in Helidon's routing and in ours, answer random requests alike. */
class HttpRoutesPropertyTest {
  private static final int REQUESTS = 200;
  private static final List<String> METHODS = List.of("GET", "POST", "HEAD", "OPTIONS", "PUT");

  /** Parts of patterns; many have a meaning in Helidon's syntax. */
  private static final List<String> PATTERN_PARTS =
      List.of(
          "a",
          "b",
          "ab",
          "a.b",
          "%61",
          "a%20b",
          "a%2520b",
          "A",
          "",
          "{x}",
          "{y}",
          "{id:\\d+}",
          "{+rest}",
          "{*}",
          "a{x}",
          "{x}b",
          "*",
          "a*",
          "\\*",
          "[a]",
          "a[b]",
          "a]",
          "}",
          "~+$");

  private static final List<String> REQUEST_PARTS =
      List.of(
          "a", "b", "ab", "a.b", "%61", "a%20b", "a%2520b", "A", "", "7", "a;v=1", "%2F", "a%2Fb",
          "*", "a]", "%7D", "~+$", "%C3%BC", "x");

  static List<Long> seeds() {
    return new Random(16).longs(40).boxed().toList();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theIndexAnswersLikeTheWalk(long seed) throws IOException {
    var random = new Random(seed);
    var walk = HttpRouting.builder();
    var index = new HttpRoutes();
    for (int i = 0; i < 1 + random.nextInt(30); i++) {
      var path = path(random, PATTERN_PARTS);
      var handler = handler(i, random.nextInt(4) == 0);
      if (!isValid(path)) {
        continue;
      }
      if (random.nextInt(3) == 0) {
        walk.any(path, handler);
        index.any(path, handler);
      } else {
        var method = Method.create(METHODS.get(random.nextInt(METHODS.size())));
        walk.route(method, path, handler);
        index.route(method, path, handler);
      }
    }
    var walking = server(walk);
    var indexed = server(HttpRouting.builder().any(index));
    try {
      var requests =
          IntStream.range(0, REQUESTS)
              .mapToObj(_ -> METHODS.get(random.nextInt(METHODS.size())) + " " + target(random))
              .toList();
      assertEquals(answers(walking, requests), answers(indexed, requests));
    } finally {
      walking.stop();
      indexed.stop();
    }
  }

  private static boolean isValid(String path) {
    try {
      var _ = PathMatchers.create(path);
      return true;
    } catch (RuntimeException _) {
      return false;
    }
  }

  private static String target(Random random) {
    var path = path(random, REQUEST_PARTS);
    return random.nextInt(4) == 0 ? path + "?a=/b" : path;
  }

  private static String path(Random random, List<String> parts) {
    return IntStream.range(0, 1 + random.nextInt(4))
        .mapToObj(_ -> "/" + parts.get(random.nextInt(parts.size())))
        .collect(Collectors.joining());
  }

  /** Tells which route it is, and what the route sees; some pass the request on. */
  private static Handler handler(int number, boolean passes) {
    return (request, response) -> {
      if (passes) {
        response.header("X-Passed", "by");
        response.next();
        return;
      }
      var variables = new TreeMap<String, String>();
      var values = request.path().pathParameters();
      values.names().forEach(name -> variables.put(name, values.get(name)));
      response.send(
          number
              + " "
              + request.matchingPattern().orElse("none")
              + " "
              + request.path().path()
              + " "
              + variables);
    };
  }

  private static WebServer server(HttpRouting.Builder routing) {
    return WebServer.builder()
        .address(InetAddress.getLoopbackAddress())
        .port(0)
        .addRouting(routing)
        .build()
        .start();
  }

  private static List<String> answers(WebServer server, List<String> requests) throws IOException {
    var answers = new ArrayList<String>();
    for (var request : requests) {
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
        socket.setSoTimeout(10_000);
        socket
            .getOutputStream()
            .write(
                (request + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
        answers.add(request + " -> " + answer(new BufferedInputStream(socket.getInputStream())));
      }
    }
    return answers;
  }

  /** The answer without its date. */
  private static String answer(InputStream in) throws IOException {
    var answer = RawHttp.read(in);
    return answer.head().replaceAll("(?i)date: [^\r]*\r\n", "") + answer.body();
  }
}
