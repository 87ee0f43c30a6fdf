package others;

import io.helidon.common.socket.SocketOptions;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.websocket.WsRouting;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;

/** Helidon with one route and one WebSocket, without authentication. */
final class HelidonServer {
  private static final String PONG = "{\"message\":\"pong\"}";

  private HelidonServer() {}

  public static void main(String[] args) {
    var server =
        WebServer.builder()
            .port(0)
            .connectionOptions(SocketOptions.builder().tcpNoDelay(true).build())
            .addRouting(HttpRouting.builder().get("/ping", (_, response) -> response.send(PONG)))
            .addRouting(WsRouting.builder().endpoint("/ws", Socket::new))
            .build()
            .start();
    System.out.println("listening on port " + server.port());
  }

  private static final class Socket implements WsListener {
    private final StringBuilder fragments = new StringBuilder();

    @Override
    public void onMessage(WsSession session, String text, boolean last) {
      fragments.append(text);
      if (last) {
        var answer = Messages.answer(fragments.toString());
        fragments.setLength(0);
        session.send(answer, true);
      }
    }
  }
}
