package dev.oneport.gate;

import dev.oneport.api.Reason;
import dev.oneport.transport.grpc.StatusCodes;
import io.grpc.StatusRuntimeException;
import io.helidon.websocket.WsCloseException;
import java.util.Objects;

/** The close frame for an exception of a WebSocket's listener. */
final class MappedClose extends WsCloseException {
  private static final long serialVersionUID = 1;

  private final transient Throwable thrown;

  MappedClose(StatusRuntimeException told, Throwable thrown) {
    super(Objects.requireNonNullElse(told.getStatus().getDescription(), ""), code(told));
    this.thrown = thrown;
  }

  /** The reason's own close code, if the status names a reason of the error table. */
  private static int code(StatusRuntimeException told) {
    return GrpcProblem.reason(ErrorMapping.trailers(told))
        .map(Reason::webSocket)
        .orElseGet(() -> StatusCodes.close(told.getStatus().getCode()));
  }

  Throwable thrown() {
    return thrown;
  }
}
