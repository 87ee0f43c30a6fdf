package dev.oneport.transport.grpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.transport.http2.RawClient;
import dev.oneport.transport.http2.RawResponse;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths, methods, content types, statuses and metadata as gRPC's protocol document has them. */
final class ProtocolTest {
  private static final Metadata.Key<String> TEXT =
      Metadata.Key.of("x-text", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<byte[]> BINARY =
      Metadata.Key.of("x-some-bin", Metadata.BINARY_BYTE_MARSHALLER);

  @ParameterizedTest(name = "{0}")
  @MethodSource("requests")
  void aRequestThatIsNoCallOfAMethodIsAnsweredAsTheProtocolSays(
      String name, String http, String grpc, Function<RawClient, RawClient> request) {
    try (var port = GrpcPort.builder().service(new TestEcho()).start();
        var client = port.raw()) {
      var response = request.apply(client).response(1);
      assertEquals(http, response.status(), name);
      assertEquals(grpc, response.trailer("grpc-status"), name);
      assertTrue(response.isTrailersOnly() || grpc.isEmpty() || grpc.equals("0"));
      client.call(3, "/Echo/Ping").message(3, true);
      assertEquals("0", client.response(3).trailer("grpc-status"));
    }
  }

  static Stream<Arguments> requests() {
    return Stream.of(
        row("a method", "200", "0", c -> c.call(1, "/Echo/Ping").message(1, true)),
        row("no such method", "200", "12", c -> c.call(1, "/Echo/Pong")),
        row("no such service", "200", "12", c -> c.call(1, "/Ohce/Ping")),
        row("another case", "200", "12", c -> c.call(1, "/echo/ping")),
        row("a slash behind", "200", "12", c -> c.call(1, "/Echo/Ping/")),
        row("two slashes before", "200", "12", c -> c.call(1, "//Echo/Ping")),
        row("no slash before", "200", "12", c -> c.call(1, "Echo/Ping")),
        row("a query", "200", "12", c -> c.call(1, "/Echo/Ping?x=y")),
        row("a parameter", "200", "12", c -> c.call(1, "/Echo/Ping;x")),
        row("escaped", "200", "12", c -> c.call(1, "/Echo/%50ing")),
        row("dots", "200", "12", c -> c.call(1, "/x/../Echo/Ping")),
        row("GET", "405", "13", c -> type(c, "GET", "application/grpc", "/Echo/Ping")),
        row("PUT", "405", "13", c -> type(c, "PUT", "application/grpc", "/Echo/Ping")),
        row("+proto", "200", "0", c -> ping(c, "application/grpc+proto")),
        row(";charset", "200", "0", c -> ping(c, "application/grpc;charset=utf-8")),
        row("capitals", "200", "0", c -> ping(c, "Application/GRPC")),
        row("+proto and a parameter", "200", "0", c -> ping(c, "application/grpc+proto; v=1")),
        row("+json", "404", "", c -> ping(c, "application/grpc+json")),
        row("+foo", "404", "", c -> ping(c, "application/grpc+foo")),
        row("+ and nothing", "404", "", c -> ping(c, "application/grpc+")),
        row("a content type like it", "404", "", c -> ping(c, "application/grpcish")),
        row("another content type", "404", "", c -> ping(c, "text/plain")),
        row("gRPC-Web", "404", "", c -> web(c)),
        row("gRPC-Web with te", "404", "", c -> ping(c, "application/grpc-web+proto")),
        row("JSON with te", "404", "", c -> ping(c, "application/json")),
        row("te missing", "200", "0", c -> withoutTe(c)));
  }

  private static Arguments row(
      String name, String http, String grpc, Function<RawClient, RawClient> request) {
    return Arguments.of(name, http, grpc, request);
  }

  private static RawClient type(RawClient client, String method, String type, String path) {
    return client.request(1, false, method, path, "content-type", type, "te", "trailers");
  }

  private static RawClient ping(RawClient client, String type) {
    return type(client, "POST", type, "/Echo/Ping").message(1, true);
  }

  private static RawClient web(RawClient client) {
    return client.post(1, "/Echo/Ping", "content-type", "application/grpc-web").message(1, true);
  }

  private static RawClient withoutTe(RawClient client) {
    return client.post(1, "/Echo/Ping", "content-type", "application/grpc").message(1, true);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "100%",
        "tab\tnewline\r\n",
        "\u00fcml\u00e4ut",
        "\ud83d\ude00",
        " outer "
      })
  void aStatusMessageArrivesAsItWasWhateverIsInIt(String message) {
    var handler = closing(Status.DATA_LOSS.withDescription(message), new Metadata());
    try (var port = GrpcPort.builder().service(BytesService.unary(handler)).start()) {
      var failure = assertThrows(StatusRuntimeException.class, () -> call(port, new Metadata()));
      assertEquals(Status.Code.DATA_LOSS, failure.getStatus().getCode());
      assertEquals(message, failure.getStatus().getDescription());
    }
  }

  @Test
  void eachValueOfRepeatedMetadataArrivesInBothDirections() {
    var answer = new Metadata();
    for (byte i = 0; i < 3; i++) {
      answer.put(TEXT, "t" + i);
      answer.put(BINARY, new byte[] {i, -1, 0});
    }
    var handler = closing(Status.ABORTED, answer);
    try (var port = GrpcPort.builder().service(BytesService.unary(handler)).start()) {
      var failure = assertThrows(StatusRuntimeException.class, () -> call(port, answer));
      var trailers = Objects.requireNonNull(failure.getTrailers());
      for (var metadata : List.of(handler.headers.getFirst(), trailers)) {
        assertEquals(List.of("t0", "t1", "t2"), list(metadata, TEXT));
        var values = list(metadata, BINARY);
        assertEquals(3, values.size());
        assertArrayEquals(new byte[] {2, -1, 0}, values.getLast());
      }
    }
  }

  @Test
  void metadataIsAlsoSentWithTheHeadAndReservedNamesAreNotDoubled() {
    var metadata = new Metadata();
    metadata.put(TEXT, "in the head");
    metadata.put(Metadata.Key.of("content-type", Metadata.ASCII_STRING_MARSHALLER), "text/html");
    metadata.put(Metadata.Key.of("grpc-status", Metadata.ASCII_STRING_MARSHALLER), "7");
    var handler =
        new Recorder() {
          @Override
          void halfClose(ServerCall<byte[], byte[]> call) {
            call.sendHeaders(metadata);
            call.sendMessage(new byte[1]);
            call.close(Status.OK, metadata);
          }
        };
    try (var port = GrpcPort.builder().service(BytesService.unary(handler)).start();
        var client = port.raw()) {
      client.call(1, BytesService.PATH).message(1, true);
      var response = client.response(1);
      assertEquals("in the head", response.header("x-text"));
      assertEquals(List.of("application/grpc"), response.headers("content-type"));
      assertEquals(List.of(), response.headers("grpc-status"));
      assertEquals("0", response.trailer("grpc-status"));
    }
  }

  /** Where no message is between them, too; a client must not take one for the other. */
  @ParameterizedTest
  @EnumSource(value = MethodType.class, names = "UNKNOWN", mode = Mode.EXCLUDE)
  void metadataOfTheHeadAreNoTrailers(MethodType kind) {
    var head = new Metadata();
    head.put(TEXT, "in the head");
    var handler =
        new Recorder() {
          @Override
          void halfClose(ServerCall<byte[], byte[]> call) {
            call.sendHeaders(head);
            call.close(Status.ABORTED, new Metadata());
          }
        };
    try (var port = GrpcPort.builder().service(BytesService.of(kind, handler)).start();
        var client = port.raw()) {
      client.call(1, BytesService.PATH).message(1, true);
      var response = client.response(1);
      assertEquals("in the head", response.header("x-text"));
      assertEquals(List.of(), response.headers("grpc-status"));
      assertEquals("10", response.trailer("grpc-status"));
    }
  }

  @Test
  void joinedBinaryValuesAreTakenApartAndPaddingIsOptional() {
    var handler = closing(Status.OK, new Metadata());
    try (var port = GrpcPort.builder().service(BytesService.bidi(handler)).start();
        var client = port.raw()) {
      client.call(1, BytesService.PATH, "x-some-bin", "AQ==,Ag, AwQ=", "x-some-bin", "");
      client.message(1, true);
      assertEquals("0", client.response(1).trailer("grpc-status"));
      var values = list(handler.headers.getFirst(), BINARY);
      assertEquals(4, values.size());
      assertArrayEquals(new byte[] {1}, values.get(0));
      assertArrayEquals(new byte[] {2}, values.get(1));
      assertArrayEquals(new byte[] {3, 4}, values.get(2));
      assertArrayEquals(new byte[0], values.get(3));
    }
  }

  @Test
  void brokenBinaryMetadataEndsItsCallOnly() {
    try (var port = GrpcPort.serving(new TestEcho());
        var client = port.raw()) {
      client.call(1, "/Echo/Ping", "x-some-bin", "!!!").message(1, true);
      assertEquals("3", client.response(1).trailer("grpc-status"));
      assertTrue(client.isAlive());
    }
  }

  @Test
  void statusDetailsGoOutAsUnpaddedBase64() {
    var details = new Metadata();
    var key = Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);
    details.put(key, "abcd".getBytes(StandardCharsets.US_ASCII));
    var handler = closing(Status.ABORTED, details);
    try (var port = GrpcPort.builder().service(BytesService.unary(handler)).start();
        var client = port.raw()) {
      client.call(1, BytesService.PATH).message(1, true);
      RawResponse response = client.response(1);
      assertEquals("YWJjZA", response.trailer("grpc-status-details-bin"));
      assertFalse(response.toString().contains("abcd"));
    }
  }

  private static Recorder closing(Status status, Metadata trailers) {
    return new Recorder() {
      @Override
      void halfClose(ServerCall<byte[], byte[]> call) {
        call.sendHeaders(new Metadata());
        call.sendMessage(new byte[0]);
        call.close(status, trailers);
      }
    };
  }

  private static void call(GrpcPort port, Metadata metadata) {
    var channel =
        ClientInterceptors.intercept(
            port.channel(),
            MetadataUtils.newAttachHeadersInterceptor(metadata),
            MetadataUtils.newCaptureMetadataInterceptor(
                new AtomicReference<>(), new AtomicReference<>()));
    var method = BytesService.method(MethodType.UNARY);
    var _ = ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT, new byte[0]);
  }

  private static <T> List<T> list(Metadata metadata, Metadata.Key<T> key) {
    var values = metadata.getAll(key);
    var list = new ArrayList<T>();
    if (values != null) {
      values.forEach(list::add);
    }
    return list;
  }
}
