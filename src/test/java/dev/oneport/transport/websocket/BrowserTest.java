package dev.oneport.transport.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.helidon.http.HeaderNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Headless Chromium, where there is one. */
@Timeout(120)
final class BrowserTest {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

  private static final String PAGE =
      """
      <!DOCTYPE html><title>t</title><script>
      const report = text => fetch('/report', { method: 'POST', body: text });
      const url = new URLSearchParams(location.search).get('url');
      const socket = new WebSocket(url ?? `ws://${location.host}/echo`);
      const big = new Uint8Array(70000).fill(7);
      let heard = [];
      let opened = false;
      socket.binaryType = 'arraybuffer';
      socket.onopen = () => { opened = true; socket.send('h\\u00e9llo \\u{1f600}'); socket.send(big); };
      socket.onmessage = event => {
        heard.push(typeof event.data === 'string' ? event.data : event.data.byteLength);
        if (heard.length === 2) socket.close(4000, 'bye');
      };
      socket.onclose = event => report(opened
        ? [...heard, socket.extensions, event.code, event.wasClean].join(' ')
        : 'never opened');
      </script>
      """;

  private final LinkedBlockingQueue<String> reports = new LinkedBlockingQueue<>();

  @TempDir private Path profile;

  private SocketFixture start(Compression compression) {
    var seconds = Duration.ofSeconds(10);
    var limits =
        new WebSocketLimits(
            10,
            1 << 20,
            1 << 20,
            1 << 20,
            seconds,
            seconds,
            seconds,
            2,
            new Origins.Same(),
            compression);
    return SocketFixture.start(
        limits,
        _ -> new CloseReason(1011, ""),
        Recorder::new,
        builder ->
            builder.routing(
                routing ->
                    routing
                        .get(
                            "/page",
                            (_, r) -> r.header(HeaderNames.CONTENT_TYPE, "text/html").send(PAGE))
                        .post(
                            "/report",
                            (request, response) -> {
                              reports.add(request.content().as(String.class));
                              response.send();
                            })));
  }

  private String reportOf(String page) throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(CHROMIUM), "there is no Chromium on this machine");
    var browser =
        new ProcessBuilder(
                CHROMIUM.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--user-data-dir=" + profile,
                // keeps it running after the page has loaded
                "--remote-debugging-port=0",
                page)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      var report = reports.poll(60, TimeUnit.SECONDS);
      assertNotNull(report, "the browser reported nothing");
      return report;
    } finally {
      browser.descendants().forEach(ProcessHandle::destroyForcibly);
      browser.destroyForcibly().waitFor();
    }
  }

  @Test
  void talks() throws Exception {
    try (var server = start(Compression.off())) {
      var page = "http://127.0.0.1:" + server.port() + "/page";
      assertEquals("h\u00e9llo \ud83d\ude00 70000  4000 true", reportOf(page));
    }
  }

  @Test
  void talksCompressed() throws Exception {
    try (var server = start(new Compression(true, 0))) {
      var page = "http://127.0.0.1:" + server.port() + "/page";
      var agreed = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
      assertEquals("h\u00e9llo \ud83d\ude00 70000 " + agreed + " 4000 true", reportOf(page));
    }
  }

  @Test
  void isRefusedToAPageOfAnotherOrigin() throws Exception {
    try (var server = start(Compression.off())) {
      var port = server.port();
      var page = "http://localhost:" + port + "/page?url=ws://127.0.0.1:" + port + "/echo";
      assertEquals("never opened", reportOf(page));
    }
  }
}
