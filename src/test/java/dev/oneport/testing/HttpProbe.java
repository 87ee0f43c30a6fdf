package dev.oneport.testing;

import jakarta.json.Json;
import java.io.StringReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/** Calls over HTTP with the JDK's client; HTTP/2 starts with an upgrade. */
public final class HttpProbe implements Client {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final int port;
  private final HttpClient client;

  public HttpProbe(int port, HttpClient.Version version) {
    this.port = port;
    this.client = TestTls.http().version(version).connectTimeout(TIMEOUT).build();
  }

  @Override
  public Reply call(String name, List<HeaderField> headers) throws Exception {
    var request = HttpRequest.newBuilder(TestTls.uri("http", port, "/" + name)).timeout(TIMEOUT);
    headers.forEach(header -> request.header(header.name(), header.value()));
    var response = client.send(request.build(), BodyHandlers.ofString());
    var challenge = response.headers().firstValue("www-authenticate").orElse("");
    return new Reply(
        reason(response.statusCode(), response.body()),
        String.valueOf(response.statusCode()),
        challenge);
  }

  static String reason(int status, String body) {
    if (status == 200) {
      return Reply.OK;
    }
    try (var reader = Json.createReader(new StringReader(body))) {
      return reader.readObject().getString("reason");
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
