package dev.oneport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TrialService;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls of a service that is not the sample, on all three protocols. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CallAnythingTest {
  private static final String SERVICE = "grpc.testing.TestService";
  private static final String ALICE = " --quiet --dev-as alice@example.com --server localhost:";

  private final RunningServer server =
      RunningServer.startDev(TrialService.RULES, new TrialService());

  @TempDir Path folder;

  @AfterAll
  void stop() {
    server.close();
  }

  private CommandRun call(String line) {
    return CommandRun.ofLine("call " + line + ALICE + server.port());
  }

  /** The service's descriptor set, as protoc writes it. */
  private Path descriptors() throws IOException {
    var service = io.grpc.testing.integration.Test.getDescriptor();
    var set = FileDescriptorSet.newBuilder().addFile(service.toProto());
    service.getDependencies().forEach(each -> set.addFile(each.toProto()));
    return Files.write(folder.resolve("service.binpb"), set.build().toByteArray());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a unary method          |UnaryCall|{\"username\":\"called\"}",
        "without a body          |UnaryCall -d {}|{\"username\":\"called\"}",
        "a server stream         |StreamingOutputCall -d"
            + " {\"response_parameters\":[{\"size\":3},{\"size\":0}]}"
            + "|{\"payload\":{\"body\":\"AAAA\"}} {\"payload\":{}}",
        "a client stream         |StreamingInputCall -d {\"payload\":{\"body\":\"AAAA\"}} -d"
            + " {\"payload\":{\"body\":\"AAAA\"}}|{\"aggregatedPayloadSize\":6}",
        "several in one value    |StreamingInputCall -d"
            + " {\"payload\":{\"body\":\"AAAA\"}}{\"payload\":{\"body\":\"AAAA\"}}"
            + "|{\"aggregatedPayloadSize\":6}",
        "both ways               |FullDuplexCall -d {\"payload\":{\"body\":\"AAAA\"}} -d {}"
            + "|{\"payload\":{\"body\":\"AAAA\"}} {\"payload\":{}}"
      })
  void everyKindOfMethodIsCalledByReflectionAndByDescriptors(
      String name, String call, String expected) throws IOException {
    for (var described : List.of("", " --proto " + descriptors())) {
      var run = call("grpc " + SERVICE + "/" + call + described);
      assertEquals(0, run.code(), name + described + " " + run);
      assertEquals(List.of(expected.split(" ", -1)), run.out().lines().toList(), name + described);
    }
  }

  @Test
  void aProtoFileIsCompiled() throws IOException {
    var protoc = protoc();
    Assumptions.assumeTrue(
        protoc.isPresent(), "protoc is neither on the PATH nor in Maven's repository");
    var proto = Path.of("proto/echo.proto").toAbsolutePath();
    var call = "grpc Echo/Ping --proto " + proto + " --protoc " + protoc.get();
    // The server does not mount this service, so the file must have described it.
    var run = call(call);
    assertEquals(1, run.code(), run.toString());
    assertTrue(run.err().contains("(UNIMPLEMENTED)"), run.err());
    var broken = Files.writeString(folder.resolve("broken.proto"), "syntax = \"proto3\"; nonsense");
    run = call(call.replace(proto.toString(), broken.toString()));
    assertEquals(2, run.code(), run.toString());
    assertTrue(run.err().contains("protoc: "), run.err());
  }

  /** Maven downloads protoc for the build, without execute permission. */
  private Optional<Path> protoc() throws IOException {
    var onPath =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
            .map(each -> Path.of(each, "protoc"))
            .filter(Files::isExecutable)
            .findFirst();
    var artifacts =
        Path.of(System.getProperty("user.home"), ".m2/repository/com/google/protobuf/protoc");
    if (onPath.isPresent() || !Files.isDirectory(artifacts)) {
      return onPath;
    }
    try (var files = Files.walk(artifacts)) {
      var found = files.filter(each -> each.toString().endsWith(".exe")).findFirst();
      if (found.isEmpty()) {
        return found;
      }
      var program = Files.copy(found.get(), folder.resolve("protoc"));
      assertTrue(program.toFile().setExecutable(true));
      return Optional.of(program);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a service with a typo  |grpc grpc.testing.TestServise/UnaryCall|1|did you mean"
            + " grpc.testing.TestService?",
        "another service        |grpc shop.Orders/Find                |1|no service shop.Orders,"
            + " but ",
        "a method with a typo   |grpc grpc.testing.TestService/unaryCal|1|did you mean UnaryCall?",
        "no method              |grpc Echo                            |2|named with its service",
        "no JSON                |grpc grpc.testing.TestService/UnaryCall -d {x|2|not valid JSON",
        "an unknown field       |grpc grpc.testing.TestService/UnaryCall -d {\"x\":1}|2|-d is not a"
            + " grpc.testing.SimpleRequest",
        "two messages for one   |grpc grpc.testing.TestService/UnaryCall -d {} -d {}|2|takes one message, but -d has 2",
        "a bad second message   |grpc grpc.testing.TestService/StreamingInputCall -d {} -d {\"x\":1}"
            + "|2|-d is not a",
        "-d without a method    |grpc -d {}                           |2|needs the name of a"
            + " method",
        "no such file           |grpc grpc.testing.TestService/UnaryCall -d @nowhere|2|cannot be"
            + " read",
        "no such descriptors    |grpc grpc.testing.TestService/UnaryCall --proto nowhere.binpb|2|"
            + "cannot be read",
        "no compiler            |grpc Echo/Ping --proto proto/echo.proto --protoc nowhere|2|--protoc",
        "no descriptors in it   |grpc Echo/Ping --proto README.md     |2|neither",
        "a header without colon |grpc grpc.testing.TestService/UnaryCall -H x|2|a name and a value",
        "a header of the client |http /body/1 -H host:x               |2|cannot be set",
        "a method that is none  |http /body/1 -X A=B                  |2|takes a method",
        "no such body           |http /body/1 -d @nowhere             |2|cannot be read"
      })
  void aMistakeIsOneLineThatHelps(String name, String line, int code, String says) {
    var run = call(line);
    assertEquals(code, run.code(), name + " " + run);
    assertTrue(run.err().contains(says), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertEquals("", run.out());
  }

  @Test
  void withoutReflectionItSuggestsProto() {
    try (var bare =
        RunningServer.start(
            TrialService.RULES.replace("authenticated", "anyone"), new TrialService())) {
      var run = CommandRun.ofLine("call grpc a.B/C --server localhost:" + bare.port());
      assertEquals(1, run.code(), run.toString());
      assertTrue(run.err().contains("offers no reflection"), run.err());
    }
  }

  @Test
  void httpTakesMethodsHeadersAndFiles() throws IOException {
    var body = Files.write(folder.resolve("body"), new byte[1_000_000]);
    var run = call("http /body/a -X PUT -H x-trial:yes -H content-type:text/plain -d @" + body);
    assertEquals("PUT yes 1000000\n", run.out(), run.toString());
    assertEquals("POST no header 2\n", call("http /body/a -d {}").out());
    var output = folder.resolve("output");
    assertEquals(0, call("http /body/100000 -o " + output).code());
    assertEquals(100_000, Files.size(output));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " --json"})
  void aWebSocketTakesTextAndBinary(String json) throws IOException {
    var bytes = Files.write(folder.resolve("bytes"), new byte[] {0, 1, (byte) 255});
    var text = call("ws --path /mirror -d one -d two" + json);
    var binary = call("ws --path /mirror --binary -d @" + bytes + json);
    if (json.isEmpty()) {
      assertEquals("one\ntwo\n", text.out(), text.toString());
      assertEquals("AAH/\n", binary.out(), binary.toString());
    } else {
      assertEquals("{\"text\":\"one\"}\n{\"text\":\"two\"}\n", text.out(), text.toString());
      assertEquals("{\"binary\":\"AAH/\"}\n", binary.out(), binary.toString());
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "until the server closes |-d one -d close:1000 --count 0|0|",
        "closed too early        |-d close:1000|1|the server closed the socket",
        "another code            |-d close:3003|5|may not call this",
        "fewer than awaited      |-d one --count 2 --timeout 300ms|3|no answer came in time"
      })
  void aWebSocketEndsAsItSays(String name, String options, int code, String says) {
    var words = ("call ws --path /mirror " + options + ALICE + server.port()).split(" +", -1);
    var typed =
        Arrays.stream(words)
            .map(word -> word.startsWith("close:") ? word.replace(':', ' ') : word)
            .toArray(String[]::new);
    var run = CommandRun.of(typed);
    assertEquals(code, run.code(), name + " " + run);
    assertTrue(says == null || run.err().contains(says), run.err());
  }
}
