package dev.oneport.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.oneport.server.RequestShape.Request;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Requests for {@link PlannedHandler}: good ones, odd ones and wrong ones. */
final class RandomRequests {
  private static final List<String> METHODS =
      List.of("GET", "POST", "HEAD", "PUT", "OPTIONS", "DELETE", "BREW");
  private static final String[][] HEADERS = {
    {"content-type", "application/json"},
    {"content-type", "nonsense"},
    {"content-encoding", "identity"},
    {"content-encoding", "gzip"},
    {"content-encoding", "br, gzip"},
    {"expect", "100-continue"},
    {"expect", "something"},
    {"accept", "text/html"},
    {"accept-encoding", "gzip"},
    {"range", "bytes=0-1"},
    {"if-none-match", "*"},
    {"x-empty", ""},
    {"x-forwarded-for", "192.0.2.1"},
    {"x-helidon-cn", "root"},
    {"origin", "https://b.example"},
    {"cookie", "a=b; c=d"},
    {"authorization", "Basic YTpi"},
    {"authorization", "Bearer a.b.c"}
  };

  private RandomRequests() {}

  /** Requests whose clients wait for the answer. */
  static Arbitrary<Request> any(TestIssuer issuer) {
    var token = "Bearer " + issuer.token().sign();
    var target =
        Combinators.combine(paths(), plan(step(), 5), queries())
            .as((path, plan, query) -> path + "?plan=" + String.join("_", plan) + query);
    var body = Arbitraries.frequencyOf(Tuple.of(2, Arbitraries.just("")), Tuple.of(2, bodies()));
    var flag = Arbitraries.of(true, false);
    return Combinators.combine(methods(), target, headers(token), body, flag, flag)
        .as(
            (method, to, headers, content, length, coded) -> {
              var text = coded && headers.contains("gzip") ? gzip(content) : content;
              return new Request(method, to, headers, text, length, text.length());
            });
  }

  /** Requests whose clients leave: the handler then waits for that, or for the rest of the body. */
  static Arbitrary<Request> left() {
    var waiting =
        Combinators.combine(plan(before(), 3), plan(step(), 3), bodies(), Arbitraries.of(0, 1))
            .as(
                (first, then, body, some) ->
                    leaving(
                        Stream.of(first, List.of("wait"), then), body.substring(0, some * 9), 9));
    var reading =
        Combinators.combine(plan(before(), 3), bodies(), Arbitraries.integers().between(0, 8))
            .as((first, body, sent) -> leaving(Stream.of(first, List.of("rest")), body, sent));
    return Arbitraries.oneOf(waiting, reading);
  }

  private static Request leaving(Stream<List<String>> steps, String body, int sent) {
    var plan = String.join("_", steps.flatMap(List::stream).toList());
    var method = body.isEmpty() ? "GET" : "POST";
    // A server that forwards reads the whole of a small body first, if its length is announced.
    var length = sent >= body.length() || !RunningServer.forwards();
    return new Request(
        method, "/do?plan=" + plan, List.of(), body, length, Math.min(sent, body.length()));
  }

  private static Arbitrary<String> methods() {
    return Arbitraries.frequencyOf(
        Tuple.of(5, Arbitraries.of("GET", "POST")), Tuple.of(2, Arbitraries.of(METHODS)));
  }

  private static Arbitrary<String> paths() {
    return Arbitraries.frequencyOf(
        Tuple.of(8, Arbitraries.just("/do")),
        Tuple.of(4, Arbitraries.of("/alice", "/bob")),
        Tuple.of(
            1, Arbitraries.of("/none", "//do", "/do/", "/do%2F", "/x/../do", "/do;a=b", "/do%")));
  }

  /** More of a query: mostly nothing, or any characters that can stand in a request line. */
  private static Arbitrary<String> queries() {
    var odd = Arbitraries.strings().withCharRange('!', '~').ofMinLength(1).ofMaxLength(4);
    return Arbitraries.frequencyOf(
        Tuple.of(4, Arbitraries.just("")),
        Tuple.of(1, odd.map(text -> "&a=" + text)),
        Tuple.of(1, Arbitraries.of("&filter[a]=1|2`^{}\\", "&q=100%", "&%zz", "&\u00e4")));
  }

  private static Arbitrary<List<String>> headers(String token) {
    var credential =
        Arbitraries.frequencyOf(
            Tuple.of(1, Arbitraries.just(List.<String>of())),
            Tuple.of(1, Arbitraries.just(List.of("authorization", token))));
    var others = Arbitraries.of(HEADERS).map(List::of).list().ofMaxSize(3);
    return Combinators.combine(credential, others)
        .as(
            (first, more) -> {
              var all = new ArrayList<>(first);
              more.forEach(all::addAll);
              return all;
            });
  }

  private static Arbitrary<String> bodies() {
    return Arbitraries.strings().withCharRange('a', 'z').ofMinLength(9).ofMaxLength(3000);
  }

  private static Arbitrary<List<String>> plan(Arbitrary<String> step, int most) {
    return step.list().ofMaxSize(most);
  }

  private static Arbitrary<String> step() {
    return Arbitraries.frequencyOf(
        Tuple.of(3, before()),
        Tuple.of(1, numbered("length", 0, 19)),
        Tuple.of(1, numbered("hop", 0, 3)),
        Tuple.of(2, numbered("send", 0, 19)),
        Tuple.of(1, numbered("text", 0, 19)),
        Tuple.of(1, numbered("refuse", 400, 419)),
        Tuple.of(2, Arbitraries.of("empty", "close", "readall", "throw", "write:20000")));
  }

  /** Steps that neither fail nor end the answer. */
  private static Arbitrary<String> before() {
    return Arbitraries.oneOf(
        Arbitraries.of(200, 201, 204, 205, 304, 404, 503).map(it -> "status:" + it),
        numbered("header", 0, 2),
        numbered("write", 1, 19),
        Arbitraries.of("flush"));
  }

  private static Arbitrary<String> numbered(String step, int from, int to) {
    return Arbitraries.integers().between(from, to).map(it -> step + ":" + it);
  }

  private static String gzip(String text) {
    var target = new ByteArrayOutputStream();
    try (var zip = new GZIPOutputStream(target)) {
      zip.write(text.getBytes(ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return target.toString(ISO_8859_1);
  }
}
