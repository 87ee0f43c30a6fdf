package dev.oneport.transport.grpc;

import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The services of a port in the form that grpc-services' reflection expects, passed through the
 * context of each call. It cannot be started or stopped.
 */
final class ServiceList extends Server {
  private final List<ServerServiceDefinition> services;

  ServiceList(List<ServerServiceDefinition> services) {
    this.services = List.copyOf(services);
  }

  @Override
  public List<ServerServiceDefinition> getServices() {
    return services;
  }

  @Override
  public List<ServerServiceDefinition> getImmutableServices() {
    return services;
  }

  @Override
  public Server start() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Server shutdown() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Server shutdownNow() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void awaitTermination() {
    throw new UnsupportedOperationException();
  }
}
