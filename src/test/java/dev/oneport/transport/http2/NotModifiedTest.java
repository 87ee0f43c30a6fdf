package dev.oneport.transport.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An answer that never has a body says nothing of its length (RFC 9110 section 8.6). */
final class NotModifiedTest {
  @ParameterizedTest
  @CsvSource({"204", "304"})
  void noLengthIsMadeUpForIt(int status) {
    try (var port = port(status);
        var client = RawClient.connect(port.port())) {
      var response = client.get(1, "/").response(1);
      assertEquals("" + status, response.status());
      assertEquals(List.of(), response.headers("content-length"));
    }
  }

  @ParameterizedTest
  @CsvSource("304")
  void theLengthThatItsHandlerGivesIsKept(int status) {
    try (var port = port(status);
        var client = RawClient.connect(port.port())) {
      var response = client.get(1, "/length").response(1);
      assertEquals(List.of("77"), response.headers("content-length"));
      assertEquals(0, response.body().length);
    }
  }

  private static Http2Port port(int status) {
    return Http2Port.builder()
        .http(
            r ->
                r.get("/", (_, res) -> res.status(Status.create(status)).send())
                    .get(
                        "/length",
                        (_, res) ->
                            res.status(Status.create(status))
                                .header(HeaderNames.CONTENT_LENGTH, "77")
                                .send()))
        .start();
  }
}
