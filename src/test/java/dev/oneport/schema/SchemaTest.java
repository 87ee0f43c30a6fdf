package dev.oneport.schema;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.TimestampProto;
import dev.oneport.sample.proto.EchoOuterClass;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What file descriptors must have to describe services. */
final class SchemaTest {
  /** File descriptors, and why they are refused. */
  @SuppressWarnings("ArrayRecordComponent")
  record Row(String name, byte[] set, String problem) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Row> rows() {
    var many = IntStream.rangeClosed(0, SchemaFiles.MOST).mapToObj(i -> file("f" + i, ".A"));
    var deep =
        IntStream.range(0, SchemaFiles.MOST)
            .mapToObj(i -> file("f" + i, ".A", i == 999 ? "f0" : "f" + (i + 1)));
    return Stream.of(
        new Row("text", "not protobuf".getBytes(UTF_8), "is not a descriptor set"),
        new Row("a file without a name", set(file("", ".A")), "is not a descriptor set"),
        new Row("nothing", new byte[0], "describes no service"),
        new Row("no service", set(file("a", "")), "describes no service"),
        new Row("an import is missing", set(file("a", ".A", "b")), "lacks b, which is imported"),
        new Row("a file imports itself", set(file("a", ".A", "a")), "a imports itself"),
        new Row("a circle", set(file("a", ".A", "b"), file("b", "", "a")), "a imports itself"),
        new Row("a long circle", set(deep), "f0 imports itself"),
        new Row("too many files", set(many), "has more than 1000 files"),
        new Row("an unknown type", set(file("a", ".Unknown")), "a is not valid: "),
        new Row("a type that is not imported", set(file("a", ".google.protobuf.Any")), "a is not"),
        new Row("a name with colours", set(file("\u001b[31m", ".B")), "?[31m is not valid"),
        new Row("a long name", set(file("n".repeat(5000), ".B")), "n".repeat(200) + "... is not"));
  }

  private static FileDescriptorProto file(String name, String type, String... imports) {
    var file =
        FileDescriptorProto.newBuilder()
            .setName(name)
            .setSyntax("proto3")
            .setPackage(name.matches("f\\d+") ? name : "")
            .addAllDependency(Arrays.asList(imports))
            .addMessageType(DescriptorProto.newBuilder().setName("A" + imports.length));
    if (type.equals(".A")) {
      file.getMessageTypeBuilder(0).setName("A");
    }
    if (!type.isEmpty()) {
      var own = type.equals(".A") ? "A" : type;
      file.addService(
          ServiceDescriptorProto.newBuilder()
              .setName("S")
              .addMethod(
                  MethodDescriptorProto.newBuilder()
                      .setName("M")
                      .setInputType(own)
                      .setOutputType(own)));
    }
    return file.build();
  }

  private static byte[] set(FileDescriptorProto... files) {
    return set(Stream.of(files));
  }

  private static byte[] set(Stream<FileDescriptorProto> files) {
    return FileDescriptorSet.newBuilder().addAllFile(files.toList()).build().toByteArray();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void whatIsIncompleteOrInvalidIsRefused(Row row) {
    var refused = assertThrows(InvalidSchema.class, () -> Schema.parse(row.set()));
    var message = String.valueOf(refused.getMessage());
    assertTrue(message.startsWith(row.problem()), message);
    assertTrue(message.length() < 600, message);
    assertTrue(message.chars().allMatch(c -> c >= ' ' && c < 127), message);
  }

  @Test
  void wellKnownTypesNeedNoFile() throws Exception {
    var file = file("a", ".google.protobuf.Timestamp", TimestampProto.getDescriptor().getName());
    var schema = Schema.parse(set(file));
    assertEquals(
        TimestampProto.getDescriptor().findMessageTypeByName("Timestamp"),
        schema.method("S/M").orElseThrow().getInputType());
  }

  @Test
  void aServiceThatIsNotDescribedCompletelyIsLeftOut() throws Exception {
    var echo = EchoOuterClass.getDescriptor().toProto();
    var schema = Schema.of(List.of(echo, file("a", ".A", "missing")), List.of("Echo", "S"));
    assertEquals(List.of("Echo"), schema.services().stream().map(it -> it.getFullName()).toList());
    assertEquals(4, schema.methods().size());
    assertThrows(
        InvalidSchema.class,
        () -> Schema.of(List.of(file("a", ".A", "missing")), List.of("Echo", "S")));
  }

  @Test
  void filesOfSeveralOriginsAgreeOrAreNotAdded() throws Exception {
    var index = new FileIndex();
    var echo = EchoOuterClass.getDescriptor();
    var again = echo.toProto().toBuilder();
    again.getOptionsBuilder().setGoPackage("example.com/echo");
    again.getMessageTypeBuilder(0).getFieldBuilder(0).setJsonName("message");
    assertEquals(Optional.empty(), index.add(echo));
    assertEquals(Optional.empty(), index.add(built(again.build())));
    again.getMessageTypeBuilder(0).getFieldBuilder(0).setNumber(9);
    assertEquals(
        Optional.of("another file is also named echo.proto"), index.add(built(again.build())));
    again.setName("other.proto");
    var clash = index.add(built(again.build())).orElseThrow();
    assertTrue(clash.endsWith(" is also defined in echo.proto"), clash);
    // What was refused has left nothing behind.
    again.clearService().clearMessageType().setPackage("x");
    again.addMessageType(DescriptorProto.newBuilder().setName("Tick"));
    assertEquals(Optional.empty(), index.add(built(again.build())));
    var extension = new ArrayList<Optional<String>>();
    for (var name : List.of("one", "two")) {
      extension.add(index.add(extension(name)));
    }
    assertEquals(Optional.empty(), extension.getFirst());
    assertTrue(extension.getLast().orElseThrow().contains("MethodOptions#50001"));
  }

  private static FileDescriptor built(FileDescriptorProto file) throws Exception {
    return new SchemaFiles(List.of(file)).build(file.getName());
  }

  private static FileDescriptor extension(String name) throws Exception {
    return built(
        FileDescriptorProto.newBuilder()
            .setName(name)
            .addDependency("google/protobuf/descriptor.proto")
            .addExtension(
                FieldDescriptorProto.newBuilder()
                    .setName(name)
                    .setNumber(50_001)
                    .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL)
                    .setType(FieldDescriptorProto.Type.TYPE_STRING)
                    .setExtendee(".google.protobuf.MethodOptions"))
            .build());
  }
}
