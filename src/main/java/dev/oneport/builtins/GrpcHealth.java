package dev.oneport.builtins;

import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * {@code grpc.health.v1.Health} for the server, which has the empty name, and for each gRPC service
 * that is served. A check asks the service immediately; watches get a change within a second.
 * grpc-java's own health service writes to all watches on one thread and under one lock, so one
 * client that does not read would block it (1.79).
 */
final class GrpcHealth extends HealthGrpc.HealthImplBase implements AutoCloseable {
  private static final String SERVER = "";

  /** Bounds the memory of open watches, which keep the name; no service has a longer one. */
  private static final int MAX_NAME = 1_000;

  private final HealthWatches watches = new HealthWatches(this::status);
  private final Supplier<List<ServerServiceDefinition>> served;
  private final Predicate<String> reachable;
  private volatile ReadyServices services = ReadyServices.NONE;
  private volatile BooleanSupplier serverReady = () -> false;
  private volatile boolean draining;

  /**
   * Creates the service.
   *
   * @param reachable whether a service of this name, if it is forwarded, has a healthy upstream
   */
  GrpcHealth(Supplier<List<ServerServiceDefinition>> served, Predicate<String> reachable) {
    this.served = served;
    this.reachable = reachable;
  }

  /**
   * Starts to serve, after the server has started.
   *
   * @param ready whether the server as a whole is ready
   */
  void start(ReadyServices services, BooleanSupplier ready) {
    this.services = services;
    this.serverReady = ready;
    watches.start();
  }

  /** Reports all services as not serving from now on. */
  void drain() {
    draining = true;
    watches.drain();
  }

  @Override
  public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> response) {
    var status = status(request.getService());
    if (status == ServingStatus.SERVICE_UNKNOWN) {
      response.onError(
          Status.NOT_FOUND.withDescription("no service of that name").asRuntimeException());
    } else {
      response.onNext(HealthCheckResponse.newBuilder().setStatus(status).build());
      response.onCompleted();
    }
  }

  @Override
  public void watch(HealthCheckRequest request, StreamObserver<HealthCheckResponse> response) {
    var name = request.getService();
    watches.add(name.length() > MAX_NAME ? "?" : name, response);
  }

  private ServingStatus status(String name) {
    if (!name.equals(SERVER) && !isServed(name)) {
      return ServingStatus.SERVICE_UNKNOWN;
    }
    return !draining && isReady(name) && !draining
        ? ServingStatus.SERVING
        : ServingStatus.NOT_SERVING;
  }

  private boolean isReady(String name) {
    return name.equals(SERVER)
        ? serverReady.getAsBoolean()
        : services.ready(name) && reachable.test(name);
  }

  private boolean isServed(String name) {
    return served.get().stream()
        .anyMatch(service -> service.getServiceDescriptor().getName().equals(name));
  }

  @Override
  public void close() {
    watches.close();
  }
}
