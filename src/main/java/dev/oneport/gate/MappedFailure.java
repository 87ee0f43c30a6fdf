package dev.oneport.gate;

import io.grpc.StatusRuntimeException;

/** Carries the problem that a handler's exception is mapped to, up to the code that sends it. */
public final class MappedFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient HttpProblem problem;

  MappedFailure(StatusRuntimeException told, Throwable thrown) {
    super(null, thrown, false, false);
    this.problem = GrpcProblem.http(told.getStatus(), ErrorMapping.trailers(told));
  }

  /** The problem to send. */
  public HttpProblem problem() {
    return problem;
  }
}
