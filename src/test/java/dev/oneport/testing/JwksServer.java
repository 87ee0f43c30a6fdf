package dev.oneport.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** An issuer's web server, with configurable answers and a count of requests. */
public final class JwksServer implements AutoCloseable {
  /** Answers one request. */
  @FunctionalInterface
  public interface Behaviour {
    void answer(HttpExchange exchange) throws IOException, InterruptedException;
  }

  private final HttpServer server;
  private final AtomicInteger requests = new AtomicInteger();
  private volatile Behaviour behaviour;

  private JwksServer(HttpServer server, Behaviour behaviour) {
    this.server = server;
    this.behaviour = behaviour;
  }

  public static JwksServer start(Behaviour behaviour) {
    try {
      var http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      var server = new JwksServer(http, behaviour);
      http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      http.createContext("/", server::handle);
      http.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Answers with a text and, unless it is empty, a {@code Cache-Control} header. */
  public static Behaviour text(String body, String cacheControl) {
    return exchange -> {
      if (!cacheControl.isEmpty()) {
        exchange.getResponseHeaders().add("Cache-Control", cacheControl);
      }
      var bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  public static Behaviour status(int status) {
    return exchange -> exchange.sendResponseHeaders(status, -1);
  }

  public void now(Behaviour other) {
    behaviour = other;
  }

  public int requests() {
    return requests.get();
  }

  public String url(String path) {
    return "http://localhost:" + server.getAddress().getPort() + path;
  }

  private void handle(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    try (exchange) {
      behaviour.answer(exchange);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
