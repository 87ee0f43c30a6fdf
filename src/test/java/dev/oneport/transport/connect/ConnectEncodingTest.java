package dev.oneport.transport.connect;

import static dev.oneport.transport.connect.WebPort.JSON;
import static dev.oneport.transport.connect.WebPort.PING;
import static dev.oneport.transport.connect.WebPort.PROTO;
import static dev.oneport.transport.connect.WebPort.text;
import static dev.oneport.transport.connect.WebPort.token;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.oneport.testing.ConnectProbe;
import dev.oneport.testing.HeaderField;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Content of Connect requests that is compressed is unpacked, on each version of HTTP. */
@ParameterizedClass
@EnumSource(
    value = Version.class,
    names = {"HTTP_1_1", "HTTP_2"})
final class ConnectEncodingTest {
  private static final byte[] HELLO = "{\"message\":\"hi\"}".getBytes(UTF_8);

  private final WebPort port;

  ConnectEncodingTest(Version version) {
    this.port = new WebPort(version);
  }

  @AfterEach
  void stop() {
    port.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "GZIP", "x-gzip"})
  void gzipIsUnpacked(String coding) throws Exception {
    assertEquals(200, post(PROTO, gzip(PING), coding).statusCode());
    var json = post(JSON, gzip(HELLO), coding);
    assertEquals(200, json.statusCode(), text(json.body()));
    assertFalse(json.headers().map().containsKey("content-encoding"));
  }

  @Test
  void nothingIsUnpackedWhereNothingIsPacked() throws Exception {
    assertEquals(200, post(JSON, HELLO, "identity").statusCode());
    assertEquals(200, post(PROTO, new byte[0], "gzip").statusCode());
  }

  @Test
  void bothSizesCount() throws Exception {
    var bomb = post(PROTO, gzip(new byte[5 << 20]), "gzip");
    assertEquals("429 resource_exhausted MESSAGE_TOO_LARGE", said(bomb));
    // Empty parts, each of which is packed for itself.
    var parts = new ByteArrayOutputStream();
    for (int i = 0; i < 10_000; i++) {
      parts.writeBytes(gzip(new byte[0]));
    }
    assertEquals(
        "429 resource_exhausted MESSAGE_TOO_LARGE", said(post(PROTO, parts.toByteArray(), "gzip")));
  }

  @Test
  void whatIsNotPackedThatWayIsTheClientsMistake() throws Exception {
    assertEquals("400 invalid_argument BAD_REQUEST", said(post(PROTO, PING, "gzip")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"br", "gzip, gzip", "gzip, br", "identity, gzip", "", "nonsense"})
  void anotherCodingIsRefusedWithTheListOfThoseThatAreKnown(String coding) throws Exception {
    refused(post(JSON, gzip(HELLO), coding));
  }

  @Test
  void severalCodingsAreRefused() throws Exception {
    refused(post(JSON, gzip(gzip(HELLO)), "gzip", "gzip"));
    refused(post(JSON, HELLO, "identity", "identity"));
  }

  private static void refused(HttpResponse<byte[]> response) {
    assertEquals(501, response.statusCode());
    assertEquals(
        "{\"code\":\"unimplemented\",\"message\":\"the content may be in one of these encodings: gzip, identity\"}",
        text(response.body()));
    assertEquals(List.of("gzip, identity"), response.headers().allValues("accept-encoding"));
  }

  private HttpResponse<byte[]> post(String type, byte[] body, String... codings) throws Exception {
    var headers = new ArrayList<HeaderField>(List.of(token()));
    for (var coding : codings) {
      headers.add(new HeaderField("content-encoding", coding));
    }
    return port.post("/Echo/Ping", type, body, headers.toArray(HeaderField[]::new));
  }

  private static String said(HttpResponse<byte[]> response) throws Exception {
    var code = text(response.body()).replaceFirst(".*\"code\":\"(\\w+)\".*", "$1");
    return response.statusCode() + " " + code + " " + ConnectProbe.reason(response.body());
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes);
    }
    return packed.toByteArray();
  }
}
