package dev.oneport.gate;

import dev.oneport.api.Route;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.helidon.http.HttpException;
import io.helidon.http.RequestException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.websocket.WsCloseException;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Maps the exceptions of one service's handlers to a gRPC status, from which the HTTP status and
 * the WebSocket close code follow.
 *
 * <p>A gRPC status exception keeps its status. Others are looked up by their class, then by its
 * superclasses. An exception without a mapping, or whose mapping fails, is an internal error, and
 * the client learns no more than that.
 */
public final class ErrorMapping {
  private static final System.Logger LOG = System.getLogger(ErrorMapping.class.getName());

  /** Exceptions that the transports answer; the mapping of a superclass does not apply to them. */
  private static final Set<Class<?>> ANSWERED =
      Set.of(
          HttpException.class,
          RequestException.class,
          WsCloseException.class,
          CloseConnectionException.class);

  /** Statuses that are logged with the exception, which the client does not see. */
  private static final Set<Status.Code> FAILURES =
      Set.of(Status.Code.INTERNAL, Status.Code.UNKNOWN, Status.Code.DATA_LOSS);

  private final Map<Class<?>, Function<Throwable, StatusRuntimeException>> mappings =
      new ConcurrentHashMap<>();

  /** Maps a class of exceptions; each class can be mapped once. */
  public <E extends Throwable> void put(
      Class<E> type, Function<? super E, StatusRuntimeException> mapping) {
    if (mappings.putIfAbsent(type, thrown -> mapping.apply(type.cast(thrown))) != null) {
      throw new IllegalArgumentException(type.getName() + " is mapped twice");
    }
  }

  /** The status for an exception; empty if it is not mapped. */
  Optional<StatusRuntimeException> of(Route route, Throwable thrown) {
    var told = find(thrown);
    if (told.isPresent()) {
      var level = FAILURES.contains(told.get().getStatus().getCode()) ? Level.ERROR : Level.DEBUG;
      LOG.log(level, route + " failed: " + told.get().getStatus().getCode(), thrown);
    }
    return told;
  }

  private Optional<StatusRuntimeException> find(Throwable thrown) {
    for (Class<?> type = thrown.getClass(); type != null; type = type.getSuperclass()) {
      var mapping = mappings.get(type);
      if (mapping != null) {
        return mapped(mapping, thrown);
      }
      if (ANSWERED.contains(type)) {
        return Optional.empty();
      }
      if (type == StatusRuntimeException.class) {
        return error((StatusRuntimeException) thrown);
      }
      if (type == StatusException.class) {
        var checked = (StatusException) thrown;
        return error(checked.getStatus().asRuntimeException(checked.getTrailers()));
      }
    }
    return Optional.empty();
  }

  private static Optional<StatusRuntimeException> mapped(
      Function<Throwable, StatusRuntimeException> mapping, Throwable thrown) {
    try {
      return error(mapping.apply(thrown));
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "the mapping of " + thrown.getClass().getName() + " failed", e);
      return Optional.empty();
    }
  }

  /** An exception with the status OK is still a failure. */
  private static Optional<StatusRuntimeException> error(@Nullable StatusRuntimeException told) {
    return Optional.ofNullable(told).filter(error -> !error.getStatus().isOk());
  }

  static Metadata trailers(StatusRuntimeException told) {
    return trailers(told.getTrailers());
  }

  static Metadata trailers(@Nullable Metadata told) {
    return Objects.requireNonNullElseGet(told, Metadata::new);
  }
}
