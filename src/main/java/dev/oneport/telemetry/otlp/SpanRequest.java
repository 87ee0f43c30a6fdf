package dev.oneport.telemetry.otlp;

import io.opentelemetry.sdk.common.export.Compressor;
import io.opentelemetry.sdk.common.export.HttpSenderConfig;
import io.opentelemetry.sdk.common.export.ProxyOptions;
import io.opentelemetry.sdk.common.export.RetryPolicy;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * How spans are sent to a collector: as the SDK's exporter would, and without its defaults that are
 * not known here.
 *
 * @param url of the collector
 * @param headers of each request; may hold secrets
 * @param agent the name and version of this program
 */
record SpanRequest(
    URI url, Map<String, String> headers, String agent, Duration connecting, Duration sending)
    implements HttpSenderConfig {
  @Override
  public URI getEndpoint() {
    return url;
  }

  @Override
  public String getContentType() {
    return "application/x-protobuf";
  }

  @Override
  public Supplier<Map<String, List<String>>> getHeadersSupplier() {
    var all = new HashMap<String, List<String>>();
    all.put("User-Agent", List.of(agent));
    headers.forEach((name, value) -> all.put(name, List.of(value)));
    return () -> all;
  }

  @Override
  public Duration getConnectTimeout() {
    return connecting;
  }

  @Override
  public Duration getTimeout() {
    return sending;
  }

  @Override
  public RetryPolicy getRetryPolicy() {
    return RetryPolicy.getDefault();
  }

  @Override
  public @Nullable Compressor getCompressor() {
    return null;
  }

  @Override
  public @Nullable ProxyOptions getProxyOptions() {
    return null;
  }

  @Override
  public @Nullable SSLContext getSslContext() {
    return null;
  }

  @Override
  public @Nullable X509TrustManager getTrustManager() {
    return null;
  }

  @Override
  public @Nullable ExecutorService getExecutorService() {
    return null;
  }

  /** Without the headers. */
  @Override
  public String toString() {
    return "SpanRequest[url=" + url + "]";
  }
}
