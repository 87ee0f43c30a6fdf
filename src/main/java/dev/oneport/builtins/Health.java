package dev.oneport.builtins;

import dev.oneport.api.Mount;
import dev.oneport.api.Protocol;
import dev.oneport.api.Route;
import dev.oneport.api.Service;
import io.grpc.BindableService;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.services.HealthStatusManager;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * The server's health, for platforms that ask over HTTP ({@code /health/live}, {@code
 * /health/ready}, {@code /health/started}) or gRPC ({@code grpc.health.v1.Health}).
 */
public final class Health {
  private static final Set<Route> VITAL =
      Set.of(
          new Route(Protocol.HTTP, "GET /health/live"),
          new Route(Protocol.HTTP, "GET /health/ready"),
          new Route(Protocol.HTTP, "GET /health/started"),
          new Route(Protocol.GRPC, HealthGrpc.getCheckMethod().getFullMethodName()));

  private final HealthStatusManager grpc = new HealthStatusManager();
  private volatile boolean started;
  private volatile boolean draining;

  public Health() {
    grpc.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.NOT_SERVING);
  }

  /** Each is mounted if a rule names it. */
  public List<Service> services() {
    BindableService service = grpc.getHealthService();
    return List.of(this::mount, port -> port.grpc(service));
  }

  /**
   * Whether a route is a health check, which the server answers until it ends; a health watch is a
   * stream like others.
   */
  public static boolean answers(Route route) {
    return VITAL.contains(route);
  }

  public void started() {
    started = true;
    grpc.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.SERVING);
  }

  public void draining() {
    draining = true;
    grpc.enterTerminalState();
  }

  private void mount(Mount port) {
    port.http()
        .get("/health/live", answer(() -> true))
        .get("/health/started", answer(() -> started))
        .get("/health/ready", answer(() -> started && !draining));
  }

  private static Handler answer(BooleanSupplier well) {
    return (_, response) -> answer(response, well.getAsBoolean());
  }

  private static void answer(ServerResponse response, boolean well) {
    response.status(well ? Status.OK_200 : Status.SERVICE_UNAVAILABLE_503);
    response.header(HeaderValues.CONTENT_TYPE_JSON);
    response.header(HeaderValues.CACHE_NO_CACHE);
    response.send(
        (well ? "{\"status\":\"UP\"}" : "{\"status\":\"DOWN\"}").getBytes(StandardCharsets.UTF_8));
  }
}
