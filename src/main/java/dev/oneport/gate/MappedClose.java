package dev.oneport.gate;

import dev.oneport.api.Reason;
import dev.oneport.transport.grpc.StatusCodes;
import io.grpc.StatusRuntimeException;
import io.helidon.websocket.WsCloseException;
import java.util.Objects;

/** What a WebSocket's listener threw, as the close frame that says it. */
final class MappedClose extends WsCloseException {
  private static final long serialVersionUID = 1;

  private final transient Throwable thrown;

  MappedClose(StatusRuntimeException told, Throwable thrown) {
    super(Objects.requireNonNullElse(told.getStatus().getDescription(), ""), code(told));
    this.thrown = thrown;
  }

  /** A reason of the error table has a code of its own. */
  private static int code(StatusRuntimeException told) {
    return GrpcProblem.reason(ErrorMapping.trailers(told))
        .map(Reason::webSocket)
        .orElseGet(() -> StatusCodes.close(told.getStatus().getCode()));
  }

  Throwable thrown() {
    return thrown;
  }
}
