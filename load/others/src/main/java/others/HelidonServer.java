package others;

import io.helidon.common.socket.SocketOptions;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;

/** Helidon with one route, without authentication. */
final class HelidonServer {
  private HelidonServer() {}

  public static void main(String[] args) {
    var server =
        WebServer.builder()
            .port(0)
            .connectionOptions(SocketOptions.builder().tcpNoDelay(true).build())
            .addRouting(
                HttpRouting.builder()
                    .get("/ping", (_, response) -> response.send("{\"message\":\"pong\"}")))
            .build()
            .start();
    System.out.println("listening on port " + server.port());
  }
}
