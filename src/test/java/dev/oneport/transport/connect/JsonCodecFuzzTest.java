package dev.oneport.transport.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.Field;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Type;
import dev.oneport.transport.calls.CallFailure;
import dev.oneport.transport.calls.GrpcFailure;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.protobuf.ProtoUtils;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever is sent as a message in JSON, it is a message or the client's mistake. */
final class JsonCodecFuzzTest {
  @Provide
  Arbitrary<String> json() {
    var pieces =
        Arbitraries.of(
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "\"",
            "\"name\"",
            "\"number\":",
            "\"kind\":",
            "\"fields\":[",
            "\"options\":[{",
            "\"value\":",
            "\"@type\":",
            "\"type.googleapis.com/google.protobuf.Type\"",
            "\"TYPE_BOOL\"",
            "1",
            "-0",
            "1e5",
            "1e9999",
            "NaN",
            "null",
            "true",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"3s\"",
            "\"-315576000001s\"",
            "\"2026-01-01T00:00:00Z\"",
            " ",
            "\n",
            "//",
            "'x'",
            "[[[[[[[[");
    return pieces.list().ofMaxSize(14).map(list -> String.join("", list));
  }

  @Provide
  Arbitrary<Message> types() {
    return Arbitraries.of(
        Type.getDefaultInstance(),
        Field.getDefaultInstance(),
        Any.getDefaultInstance(),
        Struct.getDefaultInstance(),
        Duration.getDefaultInstance(),
        Timestamp.getDefaultInstance());
  }

  @Property
  void anyTextIsAMessageOrMalformed(@ForAll("json") String json, @ForAll("types") Message type) {
    read(type, json.getBytes(StandardCharsets.UTF_8));
  }

  @Property
  void anyBytesAreAMessageOrMalformed(@ForAll byte[] bytes, @ForAll("types") Message type) {
    read(type, bytes);
  }

  @Property(tries = 10)
  void nestingIsBounded(@ForAll("types") Message type) {
    read(type, "{\"fields\":[".repeat(100_000).getBytes(StandardCharsets.UTF_8));
    read(type, "[".repeat(1_000_000).getBytes(StandardCharsets.UTF_8));
  }

  private static void read(Message type, byte[] json) {
    var method =
        MethodDescriptor.newBuilder(ProtoUtils.marshaller(type), ProtoUtils.marshaller(type))
            .setFullMethodName("Test/Read")
            .setType(MethodType.UNARY)
            .build();
    try {
      assertEquals(
          type.getDescriptorForType(),
          JsonCodec.of(method, JsonTypes.of(List.of(), List.of(type.getDescriptorForType())))
              .orElseThrow()
              .request(new ByteArrayInputStream(json))
              .getDescriptorForType());
    } catch (CallFailure e) {
      assertEquals(GrpcFailure.MALFORMED, e.failure());
    }
  }
}
