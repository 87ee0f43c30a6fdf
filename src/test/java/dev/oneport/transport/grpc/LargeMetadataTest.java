package dev.oneport.transport.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Metadata over the limit ends its own call and nothing else, however much it is. */
final class LargeMetadataTest {
  @ParameterizedTest
  @ValueSource(ints = {33, 40, 64, 70, 100, 500, 1_000})
  void tooMuchMetadataEndsItsCallOnly(int kilobytes) {
    try (var port = GrpcPort.serving(new TestEcho());
        var client = port.raw()) {
      for (int stream = 1; stream < 9; stream += 4) {
        client.call(stream, "/Echo/Ping", "x-large", "x".repeat(kilobytes * 1_000));
        var refused = client.response(stream);
        assertEquals("200", refused.status());
        assertEquals("8", refused.trailer("grpc-status"));
        client.call(stream + 2, "/Echo/Ping", "x-large", "x".repeat(30_000));
        client.message(stream + 2, true);
        assertEquals("0", client.response(stream + 2).trailer("grpc-status"));
      }
      assertTrue(client.isAlive());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {33, 70, 1_000})
  void tooManyFieldsOfAPlainRequestAreAnsweredWith431(int kilobytes) {
    try (var port = GrpcPort.serving(new TestEcho());
        var client = port.raw()) {
      var fields = new String[2 * kilobytes];
      for (int i = 0; i < kilobytes; i++) {
        fields[2 * i] = "x-" + i;
        fields[2 * i + 1] = "x".repeat(1_000);
      }
      assertEquals("431", client.get(1, "/ping", fields).response(1).status());
      assertEquals("404", client.get(3, "/ping").response(3).status());
    }
  }
}
