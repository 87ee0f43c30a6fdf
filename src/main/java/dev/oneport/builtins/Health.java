package dev.oneport.builtins;

import dev.oneport.api.Mount;
import dev.oneport.api.Protocol;
import dev.oneport.api.Route;
import dev.oneport.api.Service;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthGrpc;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The server's health, for platforms that check it over HTTP ({@code /health/live}, {@code
 * /health/ready}, {@code /health/started}) or gRPC ({@code grpc.health.v1.Health}).
 */
public final class Health implements AutoCloseable {
  private static final Set<Route> VITAL =
      Set.of(
          new Route(Protocol.HTTP, "GET /health/live"),
          new Route(Protocol.HTTP, "GET /health/ready"),
          new Route(Protocol.HTTP, "GET /health/started"),
          new Route(Protocol.GRPC, HealthGrpc.getCheckMethod().getFullMethodName()));

  private final GrpcHealth grpc;
  private volatile BooleanSupplier servicesReady = () -> true;
  private volatile boolean started;
  private volatile boolean draining;

  /**
   * Creates the health of one server.
   *
   * @param served supplies the gRPC services that are currently served
   * @param reachable whether a service of this name, if it is forwarded, has a healthy upstream
   */
  public Health(Supplier<List<ServerServiceDefinition>> served, Predicate<String> reachable) {
    this.grpc = new GrpcHealth(served, reachable);
  }

  /** The services of the health checks; each is mounted if a rule names it. */
  public List<Service> services() {
    return List.of(this::mount, port -> port.grpc(grpc));
  }

  /**
   * Whether a route is a health check, which is answered until the server ends. A health watch is
   * an ordinary stream.
   */
  public static boolean answers(Route route) {
    return VITAL.contains(route);
  }

  /**
   * Starts to report the services, after the server has started.
   *
   * @param include whether the server is ready only while all services are ready
   * @param others whether the upstreams that count for readiness are ready, and what is revoked is
   *     known
   */
  public void started(ReadyServices services, boolean include, BooleanSupplier others) {
    BooleanSupplier all = include ? services::all : () -> true;
    servicesReady = () -> others.getAsBoolean() && all.getAsBoolean();
    grpc.start(services, servicesReady);
    started = true;
  }

  public void draining() {
    draining = true;
    grpc.drain();
  }

  @Override
  public void close() {
    grpc.close();
  }

  private void mount(Mount port) {
    port.http()
        .get("/health/live", answer(() -> true))
        .get("/health/started", answer(() -> started))
        .get("/health/ready", answer(() -> started && !draining && servicesReady.getAsBoolean()));
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
