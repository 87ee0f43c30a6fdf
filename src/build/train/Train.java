import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Makes the AOT cache (JEP 483, 514, 515) of a server: starts it, records it while it answers on
 * HTTP, gRPC and WebSocket, as allowed and as refused, and stops it.
 *
 * <pre>java Train.java [--redis | --revoke] OUTPUT JAVA [OPTION...] -jar JAR</pre>
 *
 * With {@code --redis} it shares a Redis, so that the cache has what Redis needs, which {@code
 * oneport revoke} needs as well. With {@code --revoke} it is not a server, but that command.
 *
 * <p>The cache is good for the same Java, jars at the same paths, and the same garbage collector.
 */
final class Train {
  /** Enough for what a call goes through to be known as worth compiling. */
  private static final int ROUNDS = 200;

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern LISTENING = Pattern.compile("listening on port (\\d+)");

  private final int port;
  private final String token;
  private final HttpClient http = HttpClient.newHttpClient();

  private Train(int port, String token) {
    this.port = port;
    this.token = token;
  }

  public static void main(String[] args) throws Exception {
    var words = new ArrayList<>(List.of(args));
    boolean revoke = words.remove("--revoke");
    boolean redis = words.remove("--redis") || revoke;
    var output = Path.of(words.removeFirst()).toAbsolutePath();
    Files.deleteIfExists(output);
    var folder = Files.createTempDirectory("train");
    try (var issuer = TrainingIssuer.start(folder);
        var shared = TrainingRedis.start()) {
      var configuration = (redis ? shared.configuration() : "") + issuer.configuration();
      Files.writeString(folder.resolve("application.yaml"), configuration);
      words.addAll(1, issuer.trust());
      words.add(1, "-XX:AOTCacheOutput=" + output);
      if (revoke) {
        words.addAll(List.of("revoke", "--caller", "trainee@training.invalid"));
        ended(start(words, folder));
      } else {
        words.add("serve");
        train(words, folder, issuer.token());
      }
    } finally {
      delete(folder);
    }
    if (!Files.exists(output)) {
      throw new IllegalStateException("no cache was written");
    }
    System.out.println(output + ": " + (Files.size(output) >> 20) + " MiB");
    // The clients' threads would keep the process for a while.
    System.exit(0);
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      for (var file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  private static Process start(List<String> command, Path folder) throws IOException {
    var builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("PORT", "0");
    builder.redirectErrorStream(true);
    return builder.redirectOutput(folder.resolve("log").toFile()).start();
  }

  private static void ended(Process process) throws InterruptedException {
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IllegalStateException("what was trained did not end well");
    }
  }

  private static void train(List<String> command, Path folder, String token) throws Exception {
    var server = start(command, folder);
    var log = folder.resolve("log");
    try {
      new Train(port(server, log), token).call();
      server.destroy();
      ended(server);
    } catch (Exception e) {
      var lines = Files.readAllLines(log);
      lines.subList(Math.max(0, lines.size() - 5), lines.size()).forEach(System.err::println);
      throw e;
    } finally {
      server.destroyForcibly();
    }
  }

  private static int port(Process server, Path log) throws Exception {
    var end = System.nanoTime() + PATIENCE.toNanos();
    while (server.isAlive() && System.nanoTime() < end) {
      var found = LISTENING.matcher(Files.readString(log));
      if (found.find()) {
        return Integer.parseInt(found.group(1));
      }
      Thread.sleep(50);
    }
    throw new IllegalStateException("the server does not listen");
  }

  private void call() throws Exception {
    awaitReady();
    for (int round = 0; round < ROUNDS; round++) {
      expect("HTTP/1.1", 200, get("/ping", Version.HTTP_1_1));
      expect("health", 200, get("/health/ready", Version.HTTP_1_1));
    }
    expect("HTTP/2", 200, get("/ping", Version.HTTP_2));
    expect("an unknown route", 404, get("/nothing", Version.HTTP_1_1));
    try (var grpc = new TrainingCalls(port)) {
      awaitKeys(grpc);
      for (int round = 0; round < ROUNDS; round++) {
        expect("gRPC", "pong", grpc.call("/Echo/Ping", token));
      }
      expect("a stream", "pong", grpc.call("/Echo/Chat", token));
      expect("health", "", grpc.call("/grpc.health.v1.Health/Check", ""));
      expect("gRPC without a token", "", grpc.call("/Echo/Ping", ""));
    }
    webSocket();
  }

  /** With a Redis the server is ready when it has read it. */
  private void awaitReady() throws Exception {
    var end = System.nanoTime() + PATIENCE.toNanos();
    while (get("/health/ready", Version.HTTP_1_1) != 200 && System.nanoTime() < end) {
      Thread.sleep(50);
    }
  }

  /** On a busy machine the server may give up its first attempt to fetch the keys. */
  private void awaitKeys(TrainingCalls grpc) throws Exception {
    var end = System.nanoTime() + PATIENCE.toNanos();
    while (!grpc.call("/Echo/Ping", token).contains("pong") && System.nanoTime() < end) {
      Thread.sleep(500);
    }
  }

  private int get(String path, Version version) throws Exception {
    var uri = URI.create("http://localhost:" + port + path);
    return http.send(
            HttpRequest.newBuilder(uri).version(version).timeout(PATIENCE).build(),
            BodyHandlers.ofString())
        .statusCode();
  }

  private void webSocket() throws Exception {
    var answers = new ArrayBlockingQueue<CharSequence>(ROUNDS);
    var socket =
        http.newWebSocketBuilder()
            .header("Authorization", "Bearer " + token)
            .buildAsync(URI.create("ws://localhost:" + port + "/ws"), new Answers(answers))
            .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    for (int round = 0; round < ROUNDS; round++) {
      socket.sendText("{\"message\":\"hi\"}", true).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      var answer = answers.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      expect("WebSocket", "pong", String.valueOf(answer));
    }
    socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private record Answers(ArrayBlockingQueue<CharSequence> queue) implements WebSocket.Listener {
    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
      queue.add(text.toString());
      socket.request(1);
      return null;
    }
  }

  private static void expect(String what, Object wanted, Object got) {
    var good = wanted instanceof String text ? got.toString().contains(text) : wanted.equals(got);
    if (!good) {
      throw new IllegalStateException(what + ": " + got);
    }
  }
}
