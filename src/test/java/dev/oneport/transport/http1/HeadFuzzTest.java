package dev.oneport.transport.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.LoggedFailures;
import dev.oneport.testing.Mutations;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Whatever a client sends as a request of HTTP/1.1, it is served, refused by a status that blames
 * the client, or its connection ends: in time, without a warning in the log, and however the bytes
 * are cut into pieces.
 */
final class HeadFuzzTest {
  private static final Pattern STATUS = Pattern.compile("(?m)^HTTP/1\\.1 (\\d+) ");
  private static final Pattern DATE = Pattern.compile("(?m)^Date: .*\r\n");

  /** A 501 or 505 is for what the server lacks; nothing else above 499 is the client's doing. */
  private static final Set<Integer> LACKING = Set.of(501, 505);

  private static LoggedFailures log;
  private static Http1Fixture server;

  @BeforeContainer
  static void start() {
    log = new LoggedFailures("dev.oneport", "io.helidon");
    server = Http1Fixture.start(patient());
  }

  /** The client always ends first, so that what is left of its bytes never costs it an answer. */
  private static Http1Limits patient() {
    var seconds = Duration.ofSeconds(15);
    return new Http1Limits(
        1024, 8 * 1024, 32, seconds, seconds, seconds, 240, seconds, seconds, seconds);
  }

  @AfterContainer
  static void stop() {
    server.close();
    log.close();
  }

  @Property(shrinking = ShrinkingMode.BOUNDED)
  void anyBytesAreAnsweredAlikeHoweverTheyAreCut(
      @ForAll("requests") byte[] bytes, @ForAll @IntRange(min = 1, max = 60) int piece)
      throws IOException {
    var whole = answers(bytes, bytes.length);
    var statuses = STATUS.matcher(whole).results().map(it -> Integer.valueOf(it.group(1)));
    statuses.forEach(it -> assertTrue(it < 500 || LACKING.contains(it), it::toString));
    assertEquals(whole, answers(bytes, Math.max(piece, bytes.length / 12)));
    assertEquals(List.of(), log.all());
  }

  /** Everything that the server sends until it ends the connection; fails if that takes long. */
  private static String answers(byte[] bytes, int piece) throws IOException {
    var all = new ByteArrayOutputStream();
    try (var client = server.connect()) {
      try {
        for (var at = 0; at < bytes.length; at += piece) {
          client.send(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + piece)));
        }
        client.socket().shutdownOutput();
      } catch (SocketException _) {
        // the server has ended the connection by then
      }
      try {
        client.in().transferTo(all);
      } catch (SocketException _) {
        // what was received before counts
      }
      client.socket().setSoLinger(true, 0);
    }
    return DATE.matcher(all.toString(ISO_8859_1)).replaceAll("");
  }

  @Provide
  Arbitrary<byte[]> requests() {
    var noise = Arbitraries.bytes().array(byte[].class).ofMaxSize(200);
    var good =
        Arbitraries.of(
                "GET /ping HTTP/1.1\r\nHost: a\r\n\r\n",
                "HEAD /ping HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET http://b:81/host?x=%20 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /ping HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
                "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nT: v\r\n\r\n",
                "GET /ping HTTP/1.1\r\nHost: [::1]:80\r\nUpgrade: x\r\nConnection: upgrade\r\nCookie: a=b; c\r\n\r\n")
            .map(text -> text.getBytes(ISO_8859_1));
    var pieces =
        Arbitraries.of(
                "\r",
                "\n",
                "\r\n",
                "\r\n\r\n",
                ":",
                " ",
                "\t",
                "\0",
                "\u007f",
                "\u00e4",
                ",",
                ";",
                "/",
                "%",
                "?",
                "#",
                "@",
                "[",
                "0",
                "-1",
                "+3",
                "99999999999999999999",
                "0x3",
                "\"",
                "chunked",
                "gzip, chunked",
                "Content-Length: 5\r\n",
                "Content-Length: 3\r\n",
                "Transfer-Encoding: chunked\r\n",
                "Host: b\r\n",
                "Host: \r\n",
                " folded\r\n",
                "Connection: close\r\n",
                "HTTP/1.1",
                "HTTP/2.0",
                "GET /ping HTTP/1.1\r\n",
                "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n",
                "a".repeat(1100),
                "X: y\r\n".repeat(40),
                "X: " + "y".repeat(9000) + "\r\n")
            .map(text -> text.getBytes(ISO_8859_1));
    return Arbitraries.frequencyOf(
        Tuple.of(1, noise),
        Tuple.of(9, Mutations.of(good, pieces)),
        Tuple.of(2, Mutations.of(good.tuple2().map(it -> join(it.get1(), it.get2())), pieces)));
  }

  private static byte[] join(byte[] first, byte[] second) {
    var all = new ByteArrayOutputStream();
    all.writeBytes(first);
    all.writeBytes(second);
    return all.toByteArray();
  }
}
