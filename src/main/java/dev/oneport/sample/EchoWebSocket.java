package dev.oneport.sample;

import io.helidon.common.buffers.BufferData;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.spi.JsonProvider;
import java.io.StringReader;

/**
 * The sample service over WebSocket. It answers {@code {"message":"x"}} with {@code
 * {"request":{"message":"x"},"message":"pong"}}, and anything else with {@code {"error":"..."}};
 * the socket stays open.
 */
final class EchoWebSocket implements WsListener {
  /** {@code Json} would search the class path for its provider on every call. */
  private static final JsonProvider JSON = JsonProvider.provider();

  private final Echo echo;
  private final StringBuilder fragments = new StringBuilder();

  EchoWebSocket(Echo echo) {
    this.echo = echo;
  }

  @Override
  public void onMessage(WsSession session, String text, boolean last) {
    fragments.append(text);
    if (last) {
      var whole = fragments.toString();
      fragments.setLength(0);
      session.send(answer(whole), true);
    }
  }

  @Override
  public void onMessage(WsSession session, BufferData buffer, boolean last) {
    if (last) {
      session.send(error("send text, not binary"), true);
    }
  }

  private String answer(String text) {
    try (var reader = JSON.createReader(new StringReader(text))) {
      var request = reader.readObject();
      return request.get("message") instanceof JsonString
          ? pong(request)
          : error("send an object with a string member named message");
    } catch (RuntimeException e) {
      // Text that is too deep or too long throws other exceptions than the parser's.
      return error("that is not a JSON object");
    }
  }

  private String pong(JsonObject request) {
    return JSON.createObjectBuilder()
        .add("request", request)
        .add("message", echo.ping())
        .build()
        .toString();
  }

  private static String error(String detail) {
    return JSON.createObjectBuilder().add("error", detail).build().toString();
  }
}
