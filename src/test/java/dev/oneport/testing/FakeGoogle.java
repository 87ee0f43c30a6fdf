package dev.oneport.testing;

import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.auth.http.HttpTransportFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import jakarta.json.Json;
import jakarta.json.JsonException;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** Fakes of Google's token endpoints, and a transport that sends all requests to them. */
public final class FakeGoogle implements AutoCloseable {
  private static final TestIssuer ISSUER = TestIssuer.good();

  private final HttpServer server;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile int status = 200;
  private volatile UnaryOperator<String> answer = right -> right;

  public FakeGoogle() {
    try {
      this.server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.start();
  }

  /** A transport that sends every request to this machine, whatever its host. */
  public HttpTransportFactory transport() {
    var local = "http://127.0.0.1:" + server.getAddress().getPort();
    return () ->
        new NetHttpTransport.Builder()
            .setConnectionFactory(
                url ->
                    (HttpURLConnection) URI.create(local + url.getFile()).toURL().openConnection())
            .build();
  }

  public String tokenUri() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/token";
  }

  /** The paths requested so far. */
  public List<String> asked() {
    return asked;
  }

  public void answers(int code, UnaryOperator<String> body) {
    this.status = code;
    this.answer = body;
  }

  /** A service account's key. */
  public static String key(String tokenUri) {
    var pem = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(ISSUER.privateKey());
    return """
          {"type": "service_account", "project_id": "p", "private_key_id": "1",
           "private_key": "-----BEGIN PRIVATE KEY-----\\n%s\\n-----END PRIVATE KEY-----\\n",
           "client_email": "bot@p.iam.gserviceaccount.com", "client_id": "1", "token_uri": "%s"}
          """
        .formatted(pem.replace("\n", "\\n"), tokenUri);
  }

  private void answer(HttpExchange exchange) throws IOException {
    var path = exchange.getRequestURI().getPath();
    var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    asked.add(path.substring(path.lastIndexOf('/') + 1));
    var bytes = answer.apply(right(path, body)).getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static String right(String path, String body) {
    var token =
        ISSUER
            .token()
            .claim("aud", audience(body))
            .claim("email_verified", body.contains("\"includeEmail\":true"))
            .sign();
    if (path.endsWith(":generateIdToken")) {
      return "{\"token\":\"" + token + "\"}";
    }
    if (path.endsWith(":generateAccessToken")) {
      return "{\"accessToken\":\"access\",\"expireTime\":\""
          + Instant.ofEpochSecond(Instant.now().getEpochSecond() + 3600)
          + "\"}";
    }
    return path.endsWith("/v1/token")
        ? "{\"access_token\":\"federated\",\"issued_token_type\":\"x\",\"token_type\":\"Bearer\",\"expires_in\":3600}"
        : "{\"id_token\":\"" + token + "\"}";
  }

  /** The audience that a service account's assertion requests. */
  private static String audience(String body) {
    var assertion = body.replaceFirst(".*assertion=([^&]*).*", "$1").split("\\.", -1);
    if (!body.contains("assertion=")) {
      return text(body, "audience");
    }
    var claims = new String(Base64.getUrlDecoder().decode(assertion[1]), StandardCharsets.UTF_8);
    return text(claims, "target_audience");
  }

  private static String text(String json, String name) {
    try (var reader = Json.createReader(new StringReader(json))) {
      return reader.readObject().getString(name, "unknown");
    } catch (JsonException e) {
      return "unknown";
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
