package dev.oneport.transport.connect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Any;
import com.google.type.LatLng;
import com.google.type.Money;
import dev.oneport.api.Mount;
import dev.oneport.api.Service;
import dev.oneport.sample.EchoService;
import dev.oneport.testing.ConnectProbe;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.WebClient;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import java.net.http.HttpClient.Version;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an Any may hold where messages are written in JSON. */
final class AnyTest {
  private static final String YAML =
      """
      policy:
        rules:
          - { allow: [ anyone ], route: [ GRPC Any/*, GRPC Echo/*, HTTP GET /ping, WS /ws ] }
      """;

  private final RunningServer server =
      RunningServer.start(YAML, new EchoService(), new AnyService());
  private final WebClient client = new WebClient(server.port(), Version.HTTP_1_1);

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "google.protobuf.Timestamp\",\"value\":\"2026-01-01T00:00:00Z",
        "google.protobuf.StringValue\",\"value\":\"x",
        "google.protobuf.FieldMask\",\"value\":\"a,b",
        "google.rpc.ErrorInfo\",\"reason\":\"WHY",
        "google.rpc.Status\",\"message\":\"no",
        "PingRequest\",\"message\":\"of another service",
        "google.type.Money\",\"currencyCode\":\"CHF"
      })
  void whatIsKnownGoesThereAndBack(String type) throws Exception {
    var json = "{\"@type\":\"type.googleapis.com/" + type + "\"}";
    var response = client.post("/Any/Echo", "application/json", json.getBytes(UTF_8));
    assertEquals("200 " + json, response.statusCode() + " " + new String(response.body(), UTF_8));
  }

  @Test
  void whatIsNotKnownIsTheCallersMistake() throws Exception {
    var json = "{\"@type\":\"type.googleapis.com/google.type.LatLng\"}";
    var response = client.post("/Any/Echo", "application/json", json.getBytes(UTF_8));
    assertEquals(400, response.statusCode());
    assertTrue(new String(response.body(), UTF_8).contains("invalid_argument"));
  }

  @Test
  void anAnswerThatCannotBeWrittenIsTheServersFailure() throws Exception {
    var response = client.post("/Any/Unknown", "application/json", "{}".getBytes(UTF_8));
    assertEquals(500, response.statusCode());
    assertEquals("INTERNAL", ConnectProbe.reason(response.body()));
  }

  private static final class AnyService implements Service {
    @Override
    public void mount(Mount port) {
      port.types(Money.getDescriptor());
      port.grpc(
          () ->
              ServerServiceDefinition.builder("Any")
                  .addMethod(
                      method("Any/Echo"),
                      ServerCalls.asyncUnaryCall(
                          (message, answer) -> {
                            answer.onNext(message);
                            answer.onCompleted();
                          }))
                  .addMethod(
                      method("Any/Unknown"),
                      ServerCalls.asyncUnaryCall(
                          (_, answer) -> {
                            answer.onNext(Any.pack(LatLng.getDefaultInstance()));
                            answer.onCompleted();
                          }))
                  .build());
    }

    private static MethodDescriptor<Any, Any> method(String name) {
      var any = ProtoUtils.marshaller(Any.getDefaultInstance());
      return MethodDescriptor.newBuilder(any, any)
          .setFullMethodName(name)
          .setType(MethodType.UNARY)
          .build();
    }
  }
}
