package dev.oneport.testing;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/** Sends requests as a browser would, with the JDK's client. */
public final class WebClient implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final int port;
  private final HttpClient client;

  public WebClient(int port, Version version) {
    this.port = port;
    this.client = TestTls.http().version(version).connectTimeout(TIMEOUT).build();
  }

  public HttpResponse<byte[]> post(
      String path, String contentType, byte[] body, HeaderField... headers)
      throws IOException, InterruptedException {
    return send("POST", path, contentType, body, List.of(headers));
  }

  public HttpResponse<byte[]> send(
      String method, String path, String contentType, byte[] body, List<HeaderField> headers)
      throws IOException, InterruptedException {
    return client.send(
        request(method, path, contentType, body, headers), BodyHandlers.ofByteArray());
  }

  /** Builds a request, for callers that need more than the whole response. */
  public HttpRequest request(
      String method, String path, String contentType, byte[] body, List<HeaderField> headers) {
    var request =
        HttpRequest.newBuilder(TestTls.uri("http", port, path))
            .timeout(TIMEOUT)
            .method(method, BodyPublishers.ofByteArray(body));
    if (!contentType.isEmpty()) {
      request.header("content-type", contentType);
    }
    headers.forEach(header -> request.header(header.name(), header.value()));
    return request.build();
  }

  public HttpClient http() {
    return client;
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
