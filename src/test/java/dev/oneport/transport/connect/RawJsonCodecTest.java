package dev.oneport.transport.connect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import dev.oneport.schema.Schema;
import dev.oneport.transport.calls.CallFailure;
import dev.oneport.transport.calls.GrpcFailure;
import dev.oneport.transport.calls.RawMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** JSON for messages whose types and bytes come from an upstream. */
final class RawJsonCodecTest {
  private static final int MOST = 1 << 20;
  private static final String LONG = "n".repeat(100_000);

  /** A method of S that takes and gives messages of M. */
  private static MethodSchema schema() throws Exception {
    var file =
        FileDescriptorProto.newBuilder()
            .setName("m.proto")
            .setSyntax("proto3")
            .addDependency("google/protobuf/any.proto")
            .addMessageType(
                DescriptorProto.newBuilder()
                    .setName("M")
                    .addField(field("text", 1, FieldDescriptorProto.Type.TYPE_STRING))
                    .addField(
                        field("any", 2, FieldDescriptorProto.Type.TYPE_MESSAGE)
                            .setTypeName("google.protobuf.Any"))
                    .addField(
                        field("all", 3, FieldDescriptorProto.Type.TYPE_MESSAGE)
                            .setTypeName("M")
                            .setLabel(Label.LABEL_REPEATED))
                    .addField(field(LONG, 4, FieldDescriptorProto.Type.TYPE_INT32))
                    .addField(field("big", 5, FieldDescriptorProto.Type.TYPE_INT64)))
            .addService(
                ServiceDescriptorProto.newBuilder()
                    .setName("S")
                    .addMethod(
                        MethodDescriptorProto.newBuilder()
                            .setName("Do")
                            .setInputType("M")
                            .setOutputType("M")));
    var set = FileDescriptorSet.newBuilder().addFile(file).build().toByteArray();
    var schema = Schema.parse(set);
    return new MethodSchema(schema.method("S/Do").orElseThrow(), schema.types());
  }

  private static FieldDescriptorProto.Builder field(
      String name, int number, FieldDescriptorProto.Type type) {
    return FieldDescriptorProto.newBuilder()
        .setName(name)
        .setNumber(number)
        .setType(type)
        .setLabel(Label.LABEL_OPTIONAL);
  }

  private static RawMessage raw(byte[] bytes) {
    return new RawMessage(false, bytes, 0, bytes.length);
  }

  /** An answer, and why it cannot be passed on in JSON. */
  @SuppressWarnings("ArrayRecordComponent")
  record Row(String name, byte[] answer, GrpcFailure failure) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Row> rows() {
    var many = new byte[400_000];
    for (int i = 0; i < many.length; i += 4) {
      many[i] = 0x1A;
      many[i + 1] = 2;
      many[i + 2] = 0x20;
      many[i + 3] = 1;
    }
    return Stream.of(
        new Row("not protobuf", new byte[] {-1}, GrpcFailure.MALFORMED),
        new Row("cut off", new byte[] {0x0A, 5, 'x'}, GrpcFailure.MALFORMED),
        new Row("text that is not UTF-8", new byte[] {0x0A, 1, -1}, GrpcFailure.MALFORMED),
        new Row("an Any of an unknown type", any("x/Unknown", ""), GrpcFailure.MALFORMED),
        new Row("an Any of garbage", any("x/M", "\u00ff"), GrpcFailure.MALFORMED),
        new Row("an Any without a type", any("", "x"), GrpcFailure.MALFORMED),
        new Row("messages nested too deeply", nested(), GrpcFailure.MALFORMED),
        new Row("an Any in an Any in an Any", anys(), GrpcFailure.MALFORMED),
        new Row("a long name many times", many, GrpcFailure.MESSAGE_TOO_LARGE),
        new Row("too large", new byte[MOST + 1], GrpcFailure.MESSAGE_TOO_LARGE));
  }

  private static byte[] any(String type, String value) {
    var any =
        Any.newBuilder()
            .setTypeUrl(type)
            .setValue(ByteString.copyFrom(value, StandardCharsets.ISO_8859_1))
            .build();
    return in(2, any.toByteString()).toByteArray();
  }

  private static ByteString in(int field, ByteString value) {
    var length = ByteString.newOutput();
    try {
      var out = CodedOutputStream.newInstance(length);
      out.writeBytes(field, value);
      out.flush();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return length.toByteString();
  }

  private static byte[] nested() {
    var message = ByteString.EMPTY;
    for (int i = 0; i < 200; i++) {
      message = in(3, message);
    }
    return message.toByteArray();
  }

  private static byte[] anys() {
    var message = ByteString.EMPTY;
    for (int i = 0; i < 20_000; i++) {
      message =
          Any.newBuilder()
              .setTypeUrl("/google.protobuf.Any")
              .setValue(message)
              .build()
              .toByteString();
    }
    return in(2, message).toByteArray();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void anAnswerThatJsonCannotExpressFailsItsCall(Row row) throws Exception {
    var codec = new RawJsonCodec(schema(), MOST);
    var failed = assertThrows(CallFailure.class, () -> codec.response(raw(row.answer())));
    assertEquals(row.failure(), failed.failure());
  }

  @ParameterizedTest
  @MethodSource("requests")
  void aRequestIsReadByTheRulesOfMountedMethods(String json, boolean valid) throws Exception {
    var codec = new RawJsonCodec(schema(), MOST);
    var request = new ByteArrayInputStream(json.getBytes(UTF_8));
    if (valid) {
      assertEquals(0, codec.request(request).offset());
    } else {
      var failed = assertThrows(CallFailure.class, () -> codec.request(request));
      assertEquals(GrpcFailure.MALFORMED, failed.failure());
    }
  }

  static Stream<Arguments> requests() {
    return Stream.of(
        arguments("{}", true),
        arguments("{\"text\":\"x\",\"unknown\":{}}", true),
        arguments("{\"big\":\"9223372036854775807\"}", true),
        arguments("{\"any\":{\"@type\":\"x/M\",\"text\":\"y\"}}", true),
        arguments("{\"big\":\"9223372036854775808\"}", false),
        arguments("{\"big\":1e999999999}", false),
        arguments("{\"any\":{\"@type\":\"x/Unknown\"}}", false),
        arguments("{\"text\":1", false),
        arguments("[]", false),
        arguments("", false),
        arguments("{\"all\":[".repeat(10_000), false),
        arguments("{\"all\":[".repeat(150) + "]}".repeat(150), false));
  }

  private static Arguments arguments(String json, boolean ok) {
    return Arguments.of(json, ok);
  }

  @Test
  void aMessageGoesThereAndBack() throws Exception {
    var codec = new RawJsonCodec(schema(), MOST);
    var json =
        "{\"text\":\"x\",\"any\":{\"@type\":\"x/M\",\"big\":\"7\"},\"all\":[{},{\"text\":\"y\"}]}";
    var raw = codec.request(new ByteArrayInputStream(json.getBytes(UTF_8)));
    var padded = new byte[raw.length() + 7];
    System.arraycopy(raw.bytes(), raw.offset(), padded, 7, raw.length());
    var within = new RawMessage(false, padded, 7, raw.length());
    assertEquals(json, new String(codec.response(within).readAllBytes(), UTF_8));
  }
}
