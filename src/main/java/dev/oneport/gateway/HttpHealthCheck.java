package dev.oneport.gateway;

import dev.oneport.gateway.standing.HealthSettings;
import dev.oneport.transport.HeaderLine;
import dev.oneport.transport.http1.client.OriginConnection;
import dev.oneport.transport.http1.client.OriginLimits;
import dev.oneport.transport.http1.client.OriginRequest;
import dev.oneport.transport.http1.client.OriginTls;
import dev.oneport.transport.time.DeadlineWatch;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Asks for a path, on a connection for each check; any status but 2xx is a problem. */
record HttpHealthCheck(
    Upstream upstream,
    Address address,
    HealthSettings settings,
    Optional<OriginTls> tls,
    Supplier<Map<String, String>> own,
    DeadlineWatch watchdog)
    implements HealthCheck {
  private static final int FAMILY = 100;
  private static final int SUCCESSFUL = 2;

  @Override
  public void run() throws IOException {
    var most = settings.timeout();
    var limits = new OriginLimits(most, most, most, most, upstream.maxHeaderSize());
    var target = new InetSocketAddress(address.host(), address.port());
    if (target.isUnresolved()) {
      throw new IOException("its name has no address");
    }
    var request = new OriginRequest("GET", settings.path(), fields(), OriginRequest.NONE);
    try (var connection = OriginConnection.open(target, tls, limits, watchdog)) {
      var _ = connection.send(request, new byte[0]);
      // An answer that arrives byte by byte is bounded too.
      connection.closeIn(most);
      var status = connection.receive(false, _ -> {}).head().status();
      if (status / FAMILY != SUCCESSFUL) {
        throw new IOException("the check was answered with " + status);
      }
    }
  }

  private List<HeaderLine> fields() {
    var fields = new ArrayList<HeaderLine>();
    fields.add(new HeaderLine("Host", address.authority(upstream.scheme().defaultPort())));
    fields.add(new HeaderLine("User-Agent", "oneport"));
    fields.add(new HeaderLine("Connection", "close"));
    own.get().forEach((name, value) -> fields.add(new HeaderLine(name, value)));
    return fields;
  }
}
