package dev.oneport.server;

import io.grpc.BindableService;
import io.helidon.webserver.http.Handler;
import io.helidon.websocket.WsListener;
import java.util.function.Supplier;

/**
 * Where a service mounts its handlers. Whatever is mounted gets a route of its own and a guard
 * before it; the server does not start until the policy says of each route who may call it.
 *
 * <p>Handlers are blocking code and run on a virtual thread of the call's own. {@link
 * dev.oneport.identity.Caller#current()} says in each of them who calls.
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

  /** HTTP handlers by method and path; their routes are {@code HTTP METHOD path}. */
  interface Http {
    /**
     * Mounts a handler.
     *
     * @param method in upper case
     * @param path as Helidon's routing takes it, such as {@code /ping} or {@code /users/{id}}
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
