package dev.oneport.gate;

import io.grpc.StatusRuntimeException;

/** What an HTTP handler threw, on its way to where the client can be told what it means. */
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
