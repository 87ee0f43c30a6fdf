package dev.oneport.testing;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.oneport.transport.http2.Await;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A collector of OTLP over HTTP, which may misbehave. */
public final class TestCollector implements AutoCloseable {
  /** What it does with a request. */
  public enum Manner {
    ACCEPTS,
    REFUSES,
    FAILS_FOR_NOW,
    ANSWERS_GARBAGE,
    REDIRECTS,
    HANGS_UP,
    NEVER_ANSWERS
  }

  private final HttpServer server;
  private final CountDownLatch ending = new CountDownLatch(1);
  private final AtomicInteger requests = new AtomicInteger();
  private final List<Span> spans = new CopyOnWriteArrayList<>();
  private final List<Metric> metrics = new CopyOnWriteArrayList<>();
  private final List<Map<String, String>> resources = new CopyOnWriteArrayList<>();
  private final List<String> paths = new CopyOnWriteArrayList<>();
  private final List<Map<String, List<String>>> headers = new CopyOnWriteArrayList<>();
  private volatile Manner manner;

  public TestCollector(Manner manner) {
    this.manner = manner;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** The configuration of a server that sends all its spans here. */
  public String yaml() {
    return "telemetry: { otlp: \"" + url() + "\", sample: 1 }\n";
  }

  public void manner(Manner other) {
    manner = other;
  }

  public int requests() {
    return requests.get();
  }

  public void awaitRequest() {
    Await.until("a request to the collector", () -> requests.get() > 0);
  }

  /** The spans so far; complete once the servers are closed. */
  public List<Span> spans() {
    return List.copyOf(spans);
  }

  public List<Metric> metrics() {
    return List.copyOf(metrics);
  }

  /** The attributes of the processes that sent. */
  public List<Map<String, String>> resources() {
    return List.copyOf(resources);
  }

  /** The paths that were asked for. */
  public List<String> paths() {
    return List.copyOf(paths);
  }

  /** The headers of each request. */
  public List<Map<String, List<String>>> headers() {
    return List.copyOf(headers);
  }

  /** A number as hexadecimal digits. */
  public static String hex(ByteString id) {
    return HexFormat.of().formatHex(id.toByteArray());
  }

  public static Map<String, String> texts(List<KeyValue> attributes) {
    var texts = new TreeMap<String, String>();
    attributes.forEach(each -> texts.put(each.getKey(), text(each.getValue())));
    return texts;
  }

  private static String text(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> value.getStringValue();
      case INT_VALUE -> String.valueOf(value.getIntValue());
      case BOOL_VALUE -> String.valueOf(value.getBoolValue());
      case DOUBLE_VALUE -> String.valueOf(value.getDoubleValue());
      default -> value.toString();
    };
  }

  private void answer(HttpExchange exchange) throws IOException {
    var body = exchange.getRequestBody().readAllBytes();
    requests.incrementAndGet();
    paths.add(exchange.getRequestURI().getPath());
    headers.add(Map.copyOf(exchange.getRequestHeaders()));
    switch (manner) {
      case ACCEPTS -> {
        read(exchange.getRequestURI().getPath(), body);
        respond(exchange, 200, new byte[0]);
      }
      case REFUSES -> respond(exchange, 400, new byte[0]);
      case FAILS_FOR_NOW -> respond(exchange, 503, new byte[0]);
      case ANSWERS_GARBAGE ->
          respond(
              exchange, 500, "\u0000\u00ff garbage ".repeat(9999).getBytes(StandardCharsets.UTF_8));
      case REDIRECTS -> {
        exchange.getResponseHeaders().set("Location", url() + "/elsewhere");
        respond(exchange, 307, new byte[0]);
      }
      case HANGS_UP -> exchange.close();
      case NEVER_ANSWERS -> {
        try {
          ending.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        exchange.close();
      }
    }
  }

  private void read(String path, byte[] body) throws IOException {
    switch (path) {
      case "/v1/traces" -> {
        for (var from : ExportTraceServiceRequest.parseFrom(body).getResourceSpansList()) {
          resources.add(texts(from.getResource().getAttributesList()));
          from.getScopeSpansList().forEach(scope -> spans.addAll(scope.getSpansList()));
        }
      }
      case "/v1/metrics" -> {
        for (var from : ExportMetricsServiceRequest.parseFrom(body).getResourceMetricsList()) {
          from.getScopeMetricsList().forEach(scope -> metrics.addAll(scope.getMetricsList()));
        }
      }
      default -> throw new IOException("an export to " + path);
    }
  }

  private static void respond(HttpExchange exchange, int status, byte[] body) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    ending.countDown();
    server.stop(0);
  }
}
