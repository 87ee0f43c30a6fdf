package dev.oneport.identity;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/**
 * Fetches documents of issuers, bounded in time and size. It verifies TLS and follows redirects
 * only within the same host and scheme.
 */
final class KeyClient {
  static final Duration TIMEOUT = Duration.ofSeconds(5);
  static final int MAX_BYTES = 1 << 20;

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
  private static final int MAX_REDIRECTS = 3;
  private static final Pattern MAX_AGE =
      Pattern.compile("(?:^|[ ,])max-age=\"?(\\d{1,9})\"?(?:$|[ ,;])");

  /** How long a file counts as fresh; reading it again costs little. */
  private static final Duration FILE_FRESH = Duration.ofMinutes(1);

  private final ReentrantLock lock = new ReentrantLock();
  private final Optional<SSLContext> tls;
  private final KeyHosts hosts;
  private final Duration timeout;
  private final Map<Trust, Trusting> trusting = new HashMap<>();
  private final Map<OutgoingProxy, HttpClient> clients = new HashMap<>();

  /** What clients differ in: the file of certificates that they trust, and their proxy. */
  private record Trust(Path ca, OutgoingProxy proxy) {}

  /** A client with the certificates that it trusts, as they were in the file. */
  private record Trusting(ByteBuffer certificates, HttpClient client) {}

  /**
   * Creates a client.
   *
   * @param tls the trusted certificates, if they differ from the system's
   */
  KeyClient(Optional<SSLContext> tls) {
    this(tls, InetAddress::getAllByName, TIMEOUT);
  }

  KeyClient(Optional<SSLContext> tls, KeyHosts.Resolver resolver, Duration timeout) {
    this.tls = tls;
    this.hosts = new KeyHosts(resolver);
    this.timeout = timeout;
  }

  /** Checks the addresses of URLs that the operator did not configure. */
  KeyHosts hosts() {
    return hosts;
  }

  /**
   * A fetched document.
   *
   * @param fresh how long it is fresh according to its headers; negative if they do not say
   */
  record Fetched(String body, Duration fresh) {}

  Fetched get(URI uri, KeyAccess access) throws IOException, InterruptedException {
    var at = uri;
    for (int hops = 0; hops <= MAX_REDIRECTS; hops++) {
      var response = send(at, access);
      if (response.statusCode() == 200) {
        return new Fetched(response.body(), fresh(response));
      }
      if (response.statusCode() / 100 != 3) {
        throw new IOException("the answer was " + response.statusCode());
      }
      at = redirect(at, response);
    }
    throw new IOException("more than " + MAX_REDIRECTS + " redirects");
  }

  /** A document; empty if the server says that there is none. */
  Optional<String> find(URI uri, KeyAccess access) throws IOException, InterruptedException {
    var response = send(uri, access);
    return switch (response.statusCode()) {
      case 200 -> Optional.of(response.body());
      // A bucket that may not be listed answers 403 for missing objects.
      case 403, 404, 410 -> Optional.empty();
      default -> throw new IOException("the answer was " + response.statusCode());
    };
  }

  Fetched read(Path file) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException("larger than " + MAX_BYTES + " bytes");
    }
    return new Fetched(Files.readString(file), FILE_FRESH);
  }

  /** The answer to a form, which must be a 200; it is sent to no other address. */
  String post(URI uri, String form, String authorization, KeyAccess access)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Authorization", authorization)
            .POST(BodyPublishers.ofString(form));
    var response = send(request, access);
    if (response.statusCode() == 400) {
      throw new UnclearAnswer("the answer was 400");
    }
    if (response.statusCode() != 200) {
      throw new IOException("the answer was " + response.statusCode());
    }
    return response.body();
  }

  private HttpResponse<String> send(URI uri, KeyAccess access)
      throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(uri);
    access.bearer().ifPresent(token -> request.header("Authorization", "Bearer " + token));
    return send(request, access);
  }

  private HttpResponse<String> send(HttpRequest.Builder request, KeyAccess access)
      throws IOException, InterruptedException {
    request.header("Accept", "application/json");
    var body = BodyHandlers.limiting(BodyHandlers.ofString(StandardCharsets.UTF_8), MAX_BYTES);
    var answer = client(access).sendAsync(request.build(), body);
    try {
      // The request's own timeout ends with the headers, and a body may drip forever.
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IOException("no complete response within " + timeout.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw new IOException(message(e.getCause() == null ? e : e.getCause()), e);
    } finally {
      answer.cancel(true);
    }
  }

  private static URI redirect(URI from, HttpResponse<?> response) throws IOException {
    var location = response.headers().firstValue("location").orElse("");
    try {
      var to = from.resolve(location);
      if (from.getScheme().equals(to.getScheme())
          && from.getAuthority().equals(to.getAuthority())) {
        return to;
      }
    } catch (IllegalArgumentException e) {
      throw new IOException("redirected to an invalid URL", e);
    }
    throw new IOException("redirected to another host");
  }

  private static Duration fresh(HttpResponse<?> response) {
    var control = String.join(",", response.headers().allValues("cache-control"));
    if (control.contains("no-store") || control.contains("no-cache")) {
      return Duration.ZERO;
    }
    var maxAge = MAX_AGE.matcher(control);
    if (!maxAge.find()) {
      return Duration.ofSeconds(-1);
    }
    var age =
        response
            .headers()
            .firstValue("age")
            .filter(it -> it.matches("\\d{1,9}"))
            .map(Long::parseLong)
            .orElse(0L);
    return Duration.ofSeconds(Math.max(0, Long.parseLong(maxAge.group(1)) - age));
  }

  private static String message(Throwable error) {
    return error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
  }

  private HttpClient client(KeyAccess access) throws IOException {
    if (access.ca().isEmpty()) {
      return client(access.proxy());
    }
    var file = access.ca().get();
    var certificates = KeyAccess.bytes(file);
    var trust = new Trust(file, access.proxy());
    lock.lock();
    try {
      var known = trusting.get(trust);
      if (known == null || !known.certificates().equals(ByteBuffer.wrap(certificates))) {
        known =
            new Trusting(
                ByteBuffer.wrap(certificates),
                client(Optional.of(KeyAccess.trusting(certificates)), access.proxy()));
        trusting.put(trust, known);
      }
      return known.client();
    } finally {
      lock.unlock();
    }
  }

  /** Creates the client when first needed, so that a server whose keys are in files never does. */
  private HttpClient client(OutgoingProxy proxy) {
    lock.lock();
    try {
      return clients.computeIfAbsent(proxy, _ -> client(tls, proxy));
    } finally {
      lock.unlock();
    }
  }

  private static HttpClient client(Optional<SSLContext> tls, OutgoingProxy proxy) {
    var builder =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .executor(Executors.newVirtualThreadPerTaskExecutor());
    tls.ifPresent(builder::sslContext);
    proxy.use(builder);
    return builder.build();
  }
}
