package others;

import jakarta.json.spi.JsonProvider;
import java.io.StringReader;

/** The messages of WebSockets: the same answers as OnePort's sample service. */
final class Messages {
  private static final JsonProvider JSON = JsonProvider.provider();

  private Messages() {}

  static String answer(String message) {
    try (var reader = JSON.createReader(new StringReader(message))) {
      var request = reader.readObject();
      return JSON.createObjectBuilder()
          .add("request", request)
          .add("message", "pong")
          .build()
          .toString();
    }
  }
}
