package dev.oneport.gate;

import io.grpc.StatusRuntimeException;

/** Carries the mapped answer of a handler's exception to the code that can send it. */
public final class MappedFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient HttpProblem problem;

  MappedFailure(StatusRuntimeException told, Throwable thrown) {
    super(null, thrown, false, false);
    this.problem = GrpcProblem.http(told.getStatus(), ErrorMapping.trailers(told));
  }

  /** The answer. */
  public HttpProblem problem() {
    return problem;
  }
}
