package dev.oneport.gateway;

import dev.oneport.gateway.standing.HealthSettings;
import dev.oneport.transport.RequestMemory;
import dev.oneport.transport.http1.client.OriginTls;
import dev.oneport.transport.http2.client.Dialer;
import dev.oneport.transport.time.DeadlineWatch;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** A way to find out whether an address is healthy. */
interface HealthCheck extends AutoCloseable {
  /** Checks once, bounded in time; throws the problem if it is not healthy. */
  void run() throws Exception;

  @Override
  default void close() {}

  /**
   * The check that an upstream's settings ask for.
   *
   * @param own supplies the headers with the server's own token
   * @throws IOException if the trusted certificates cannot be used
   */
  static HealthCheck of(
      Upstream upstream,
      Address address,
      HealthSettings settings,
      Supplier<Map<String, String>> own,
      RequestMemory memory,
      DeadlineWatch watchdog)
      throws IOException {
    if (settings.service().isPresent()) {
      return new GrpcHealthCheck(upstream, address, settings, own, memory);
    }
    if (settings.path().isEmpty()) {
      return () -> Dialer.plain(address.host(), address.port()).dial(settings.timeout()).close();
    }
    var tls =
        upstream.scheme().tls()
            ? Optional.of(new OriginTls(UpstreamTls.context(upstream.ca()), address.host()))
            : Optional.<OriginTls>empty();
    return new HttpHealthCheck(upstream, address, settings, tls, own, watchdog);
  }
}
