package dev.oneport.access;

import dev.oneport.transport.grpc.StatusCodes;
import io.grpc.Status;
import io.helidon.websocket.WsCloseException;
import java.util.Objects;

/** What a WebSocket's listener threw, as the close frame that says it. */
final class MappedClose extends WsCloseException {
  private static final long serialVersionUID = 1;

  private final transient Throwable thrown;

  MappedClose(Status told, Throwable thrown) {
    super(Objects.requireNonNullElse(told.getDescription(), ""), StatusCodes.close(told.getCode()));
    this.thrown = thrown;
  }

  Throwable thrown() {
    return thrown;
  }
}
