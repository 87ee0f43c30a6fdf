package dev.oneport.transport.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.rpc.ErrorDetailsProto;
import dev.oneport.echo.EchoService;
import dev.oneport.echo.proto.PingRequest;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The clients that browsers use, from npm: grpc-web, and Connect for Node and for the browser's
 * fetch. What is installed stays under {@code target}.
 */
@Timeout(180)
final class NpmClientsTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final Path FOLDER = Path.of("target", "web-clients");
  private static final String UNAUTHENTICATED = "Unauthenticated CREDENTIALS_MISSING oneport.dev";

  @Test
  void allClientsGetTheSame() throws Exception {
    assumeTrue(installed("node") && installed("npm"), "node and npm are not installed");
    prepare();
    var yaml =
        """
        identity:
          issuers:
            test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], caller-claim: email }
        policy:
          rules:
            - { allow: [ anyone ], route: HTTP GET /ping }
            - { allow: [ alice@example.com ], route: [ GRPC Echo/*, WS /ws ] }
        """
            .formatted(ISSUER.id(), ISSUER.jwksFile(), TestIssuer.AUDIENCE);
    try (var server = RunningServer.start(yaml, new EchoService())) {
      var environment =
          Map.of(
              "ONEPORT_URL",
              "http://127.0.0.1:" + server.port(),
              "ONEPORT_TOKEN",
              ISSUER.token().sign(),
              "ONEPORT_SCHEMA",
              "echo.binpb");
      var said = new TreeMap<String, String>();
      for (var line : run(environment, "node", "calls.mjs")) {
        var parts = line.split(": ", 2);
        said.put(parts[0], parts.length > 1 ? parts[1] : "");
      }
      assertEquals(expected(), said);
    }
  }

  private static Map<String, String> expected() {
    var expected = new TreeMap<String, String>();
    for (var version : List.of("1.1", "2")) {
      var on = " on HTTP/" + version;
      connect(expected, "Connect JSON" + on, false);
      connect(expected, "Connect binary" + on, false);
      connect(expected, "Connect gRPC-Web" + on, true);
    }
    connect(expected, "Connect gRPC", true);
    connect(expected, "Connect JSON by fetch", false);
    connect(expected, "Connect gRPC-Web by fetch", true);
    for (var format : List.of("text", "binary")) {
      var name = "grpc-web " + format;
      expected.put(name + ", ping", "pong");
      expected.put(name + ", refused", "16 a token is needed");
      expected.put(name + ", watch", "7 8 9 end");
      expected.put(name + ", watch refused", "error 16");
      expected.put(name + ", out of time", "0 error 4");
    }
    return expected;
  }

  /** Streams by Connect's own protocol are not spoken here: 415, which its clients call unknown. */
  private static void connect(Map<String, String> expected, String name, boolean streams) {
    expected.put(name + ", ping", "pong");
    expected.put(name + ", refused", UNAUTHENTICATED);
    expected.put(name + ", watch", streams ? "7 8 9" : "Unknown");
    expected.put(name + ", out of time", streams ? "DeadlineExceeded" : "Unknown");
  }

  private static boolean installed(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  private static void prepare() throws Exception {
    Files.createDirectories(FOLDER);
    var changed = false;
    for (var name : List.of("package.json", "package-lock.json", "calls.mjs")) {
      var source = Files.readAllBytes(Path.of("src", "test", "web", name));
      var target = FOLDER.resolve(name);
      if (!Files.exists(target) || !Arrays.equals(source, Files.readAllBytes(target))) {
        changed |= name.startsWith("package");
        Files.write(target, source);
      }
    }
    if (changed || !Files.exists(FOLDER.resolve("node_modules"))) {
      run(Map.of(), "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts");
    }
    try (var out = Files.newOutputStream(FOLDER.resolve("echo.binpb"))) {
      schema().writeTo(out);
    }
  }

  private static FileDescriptorSet schema() {
    var set = FileDescriptorSet.newBuilder();
    add(set, PingRequest.getDescriptor().getFile());
    add(set, ErrorDetailsProto.getDescriptor());
    return set.build();
  }

  private static void add(FileDescriptorSet.Builder set, FileDescriptor file) {
    file.getDependencies().forEach(needed -> add(set, needed));
    if (set.getFileList().stream().noneMatch(known -> known.getName().equals(file.getName()))) {
      set.addFile(file.toProto());
    }
  }

  private static List<String> run(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    var output = FOLDER.resolve(command[0] + ".log");
    var builder =
        new ProcessBuilder(command)
            .directory(FOLDER.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    var process = builder.start();
    try {
      var ended = process.waitFor(120, TimeUnit.SECONDS);
      var lines = new ArrayList<>(Files.readAllLines(output));
      assertTrue(ended && process.exitValue() == 0, () -> String.join("\n", lines));
      return lines;
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
