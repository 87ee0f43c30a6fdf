package dev.oneport.gateway.idtoken;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks Google's metadata server for ID tokens of the identity that this process runs as. Bounded in
 * time and size; follows no redirects and uses no proxy.
 */
final class MetadataServer {
  private static final String PATH =
      "/computeMetadata/v1/instance/service-accounts/default/identity?format=full&audience=";

  private static final String FLAVOR = "Metadata-Flavor";
  private static final String GOOGLE = "Google";
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final int MAX_BYTES = 16 << 10;

  private @Nullable HttpClient client;

  /**
   * Creates the client when first needed: most servers need none, and it reads all the certificates
   * that Java trusts.
   */
  private synchronized HttpClient client() {
    if (client == null) {
      client =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .connectTimeout(TIMEOUT)
              .followRedirects(HttpClient.Redirect.NEVER)
              .proxy(HttpClient.Builder.NO_PROXY)
              .executor(Executors.newVirtualThreadPerTaskExecutor())
              .build();
    }
    return client;
  }

  /** The text of a token. */
  String fetch(URI server, String audience) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(
                server.resolve(PATH + URLEncoder.encode(audience, StandardCharsets.UTF_8)))
            .header(FLAVOR, GOOGLE)
            .build();
    var body = BodyHandlers.limiting(BodyHandlers.ofString(StandardCharsets.US_ASCII), MAX_BYTES);
    var answer = client().sendAsync(request, body);
    try {
      var response = answer.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      if (response.statusCode() != 200) {
        throw new IOException("it answered " + response.statusCode());
      }
      if (!response.headers().firstValue(FLAVOR).filter(GOOGLE::equals).isPresent()) {
        throw new IOException("the answer is not a metadata server's");
      }
      return response.body();
    } catch (TimeoutException e) {
      throw new IOException("no complete answer within " + TIMEOUT.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      var cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(cause.getClass().getSimpleName() + ": " + cause.getMessage(), e);
    } finally {
      answer.cancel(true);
    }
  }
}
