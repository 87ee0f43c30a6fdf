package dev.oneport.transport.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MessageOptions;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DoubleValue;
import com.google.protobuf.Duration;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Field;
import com.google.protobuf.Int32Value;
import com.google.protobuf.Int64Value;
import com.google.protobuf.ListValue;
import com.google.protobuf.Message;
import com.google.protobuf.StringValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Type;
import com.google.protobuf.UInt64Value;
import com.google.protobuf.Value;
import dev.oneport.transport.calls.CallFailure;
import dev.oneport.transport.calls.GrpcFailure;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.protobuf.ProtoUtils;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a message in JSON may say of numbers. */
@Timeout(20)
final class JsonCodecTest {
  private static final String DIGITS = "9".repeat(1_000_000);
  private static final String LONG = "5." + "0".repeat(2000);
  private static final String POWER = "5000e-0003";

  static Stream<Arguments> refused() {
    return Stream.of(
        arguments("a power", UInt64Value.getDefaultInstance(), "1e646456993"),
        arguments("a power in quotes", UInt64Value.getDefaultInstance(), quoted("1E+646456993")),
        arguments("a power in escapes", UInt64Value.getDefaultInstance(), "\"1\\u0065646456993\""),
        arguments("digits", Int64Value.getDefaultInstance(), quoted(DIGITS)),
        arguments(
            "digits of another script",
            Int32Value.getDefaultInstance(),
            quoted("\u0665".repeat(2000))),
        arguments("a long number that is small", Int32Value.getDefaultInstance(), LONG),
        arguments("a double", DoubleValue.getDefaultInstance(), quoted(LONG)),
        arguments("a power that comes to little", Int32Value.getDefaultInstance(), quoted(POWER)),
        arguments("a field", Field.getDefaultInstance(), "{\"number\":" + quoted(POWER) + "}"),
        arguments(
            "a field by its other name",
            Field.getDefaultInstance(),
            "{\"oneof_index\":" + quoted(POWER) + "}"),
        arguments("an enum", Field.getDefaultInstance(), "{\"kind\":" + quoted(POWER) + "}"),
        arguments(
            "a field of a field",
            Type.getDefaultInstance(),
            "{\"fields\":[{},{\"number\":" + POWER + "}]}"),
        arguments(
            "a message that says its type",
            Any.getDefaultInstance(),
            "{\"@type\":\"type.googleapis.com/google.protobuf.Int32Value\",\"value\":"
                + quoted(POWER)
                + "}"),
        arguments("a map's key", counts(), "{\"counts\":{\"" + POWER + "\":1}}"),
        arguments("a map's value", counts(), "{\"counts\":{\"1\":" + POWER + "}}"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void aNumberThatTakesLongToReadIsNone(String name, Message type, String json) {
    var failure = assertThrows(CallFailure.class, () -> read(type, json));
    assertEquals(GrpcFailure.MALFORMED, failure.failure());
  }

  static Stream<Arguments> taken() {
    return Stream.of(
        arguments("a number", Int32Value.of(5), "5"),
        arguments("a number in quotes", Int64Value.of(-5), quoted("-5")),
        arguments("a small power", Int32Value.of(5), "5000e-3"),
        arguments("the largest double", DoubleValue.of(Double.MAX_VALUE), "1.7976931348623157e308"),
        arguments("no number", DoubleValue.of(Double.POSITIVE_INFINITY), quoted("Infinity")),
        arguments("a truth", BoolValue.of(true), "true"),
        arguments("a duration", Duration.newBuilder().setSeconds(5).build(), quoted("5s")),
        arguments(
            "an enum's name",
            Field.newBuilder().setKind(Field.Kind.TYPE_BOOL).build(),
            "{\"kind\":\"TYPE_BOOL\"}"),
        arguments("digits that are a text", StringValue.of(DIGITS), quoted(DIGITS)),
        arguments(
            "a power that is a text",
            Field.newBuilder().setName("12e45678").build(),
            "{\"name\":\"12e45678\"}"),
        arguments(
            "a power that is bytes",
            BytesValue.of(ByteString.copyFrom(Base64.getDecoder().decode("1e12345A"))),
            quoted("1e12345A")),
        arguments(
            "anything",
            Struct.newBuilder()
                .putFields("1e99999", Value.newBuilder().setStringValue(DIGITS).build())
                .build(),
            "{\"1e99999\":" + quoted(DIGITS) + "}"),
        arguments(
            "lists in lists",
            ListValue.newBuilder()
                .addValues(
                    Value.newBuilder()
                        .setListValue(
                            ListValue.newBuilder()
                                .addValues(Value.newBuilder().setStringValue("1e99999"))))
                .build(),
            "[[\"1e99999\"]]"),
        arguments("what is not known", Field.getDefaultInstance(), "{\"nothing\":\"1e99999\"}"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("taken")
  void whatIsNoSuchNumberIsTaken(String name, Message message, String json) {
    assertEquals(message, read(message, json));
  }

  private static String quoted(String text) {
    return "\"" + text + "\"";
  }

  private static Message read(Message type, String json) {
    var method =
        MethodDescriptor.newBuilder(ProtoUtils.marshaller(type), ProtoUtils.marshaller(type))
            .setFullMethodName("Test/Read")
            .setType(MethodType.UNARY)
            .build();
    return JsonCodec.of(method, JsonTypes.of(List.of(), List.of(type.getDescriptorForType())))
        .orElseThrow()
        .request(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
  }

  /** A message with a {@code map<int64, int32> counts}. */
  private static Message counts() {
    var entry =
        DescriptorProto.newBuilder()
            .setName("CountsEntry")
            .setOptions(MessageOptions.newBuilder().setMapEntry(true))
            .addField(field("key", 1, FieldDescriptorProto.Type.TYPE_INT64))
            .addField(field("value", 2, FieldDescriptorProto.Type.TYPE_INT32));
    var counts =
        field("counts", 1, FieldDescriptorProto.Type.TYPE_MESSAGE)
            .setLabel(FieldDescriptorProto.Label.LABEL_REPEATED)
            .setTypeName(".Counted.CountsEntry");
    var file =
        FileDescriptorProto.newBuilder()
            .setName("counted.proto")
            .setSyntax("proto3")
            .addMessageType(
                DescriptorProto.newBuilder()
                    .setName("Counted")
                    .addField(counts)
                    .addNestedType(entry))
            .build();
    try {
      var built = FileDescriptor.buildFrom(file, new FileDescriptor[0]);
      return DynamicMessage.getDefaultInstance(built.getMessageTypes().getFirst());
    } catch (DescriptorValidationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static FieldDescriptorProto.Builder field(
      String name, int number, FieldDescriptorProto.Type type) {
    return FieldDescriptorProto.newBuilder()
        .setName(name)
        .setNumber(number)
        .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL)
        .setType(type);
  }
}
