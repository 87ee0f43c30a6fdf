package dev.oneport.api;

import com.google.protobuf.Descriptors.Descriptor;
import io.grpc.BindableService;
import io.grpc.StatusRuntimeException;
import io.helidon.webserver.http.Handler;
import io.helidon.websocket.WsListener;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Where a service mounts its handlers. Every handler gets its own route and a guard in front of it;
 * the server does not start until the policy says for each route who may call it.
 *
 * <p>Handlers are blocking code; each call has its own virtual thread. {@link
 * dev.oneport.api.Caller#current()} tells a handler who calls.
 */
public interface Mount {
  /** Mounts HTTP handlers. */
  Http http();

  /** Mounts all methods of a gRPC service; their routes are {@code GRPC Service/Method}. */
  void grpc(BindableService service);

  /**
   * Mounts a WebSocket; its route is {@code WS path}.
   *
   * @param listeners makes the listener of each socket, once its caller is allowed
   */
  void webSocket(String path, Supplier<? extends WsListener> listeners);

  /**
   * Registers types that a {@code google.protobuf.Any} of this service may hold in JSON. The types
   * in the files of all mounted methods, the well-known types and those of {@code google.rpc} are
   * registered already.
   */
  void types(Descriptor... types);

  /**
   * Maps an exception of this service's handlers to a status, once for all protocols:
   *
   * <pre>{@code
   * port.errors(NoSuchUser.class, e -> Status.NOT_FOUND.withDescription("no such user").asRuntimeException());
   * }</pre>
   *
   * <p>gRPC, gRPC-Web and Connect answer with that status, its description and its trailers. HTTP,
   * and a refused WebSocket upgrade, answer with the HTTP status that {@code google.rpc.Code} gives
   * for it (NOT_FOUND is 404) and a problem with the description as its {@code detail}; a {@code
   * google.rpc.ErrorInfo} in the status's details is the {@code reason} there, and a {@code
   * RetryInfo} the {@code Retry-After}. An open socket is closed: 3000 for UNAUTHENTICATED, 3003
   * for PERMISSION_DENIED, 3008 for DEADLINE_EXCEEDED, 1013 for RESOURCE_EXHAUSTED and UNAVAILABLE,
   * 1011 for errors of the server, 1008 for all others.
   *
   * <p>An exception is looked up by its class, then by its superclasses. A {@code
   * StatusRuntimeException} or {@code StatusException} keeps its status unless exactly its class is
   * mapped. Helidon's {@code HttpException} keeps its HTTP status, and the mapping of a superclass
   * does not apply to it. For everything else, and if the mapping throws or returns null or OK, the
   * client learns only that the server failed; the log has the exception.
   *
   * @throws IllegalArgumentException if the class is already mapped
   */
  <E extends Throwable> void errors(
      Class<E> type, Function<? super E, StatusRuntimeException> mapping);

  /** HTTP handlers by method and path; their routes are {@code HTTP METHOD path}. */
  interface Http {
    /**
     * Mounts a handler.
     *
     * @param method in upper case
     * @param path in the syntax of Helidon's routing, such as {@code /ping} or {@code /users/{id}}
     */
    Http on(String method, String path, Handler handler);

    /** Mounts a handler for GET, which answers HEAD too. */
    default Http get(String path, Handler handler) {
      return on("GET", path, handler);
    }

    default Http post(String path, Handler handler) {
      return on("POST", path, handler);
    }

    default Http put(String path, Handler handler) {
      return on("PUT", path, handler);
    }

    default Http patch(String path, Handler handler) {
      return on("PATCH", path, handler);
    }

    default Http delete(String path, Handler handler) {
      return on("DELETE", path, handler);
    }
  }
}
