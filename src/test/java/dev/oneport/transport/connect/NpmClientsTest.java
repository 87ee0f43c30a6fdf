package dev.oneport.transport.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.rpc.ErrorDetailsProto;
import dev.oneport.sample.EchoService;
import dev.oneport.sample.proto.PingRequest;
import dev.oneport.testing.LogRecords;
import dev.oneport.testing.Npm;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The clients that browsers use, from npm: grpc-web, and Connect for Node and for the browser's
 * fetch.
 */
@Timeout(180)
final class NpmClientsTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final String UNAUTHENTICATED = "Unauthenticated CREDENTIALS_MISSING oneport.dev";

  private static final String YAML =
      """
      identity:
        issuers:
          test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], caller-claim: email }
      policy:
        rules:
          - { allow: [ alice@example.com ], route: [ GRPC Echo/* ] }
      """
          .formatted(ISSUER.id(), ISSUER.jwksFile(), TestIssuer.AUDIENCE);

  private static final String OTHERS =
      "    - { allow: [ anyone ], route: [ HTTP GET /ping, WS /ws ] }\n";

  private static final String UPSTREAM =
      """
      policy:
        rules:
          - allow: [ anyone ]
            route: [ GRPC Echo/*, GRPC grpc.reflection.v1.ServerReflection/*, HTTP GET /ping, WS /ws ]
      """;

  @Test
  void allClientsGetTheSame() throws Exception {
    prepare();
    try (var server = RunningServer.start(YAML + OTHERS, new EchoService())) {
      assertEquals(expected(), said(server));
    }
  }

  @Test
  void theSameThroughAForward() throws Exception {
    prepare();
    try (var upstream = RunningServer.start(UPSTREAM, new EchoService());
        var log = new LogRecords("dev.oneport");
        var server = RunningServer.start(YAML + forwarding(upstream.port()))) {
      log.await("upstream echo: its schema is known");
      assertEquals(expected(), said(server));
    }
  }

  private static String forwarding(int port) {
    return """
        upstreams: { echo: { url: "h2c://127.0.0.1:%d" } }
        forward: [ { route: GRPC Echo/*, to: echo } ]
        """
        .formatted(port);
  }

  private static void prepare() throws Exception {
    Npm.prepare("calls.mjs");
    try (var out = Files.newOutputStream(Npm.FOLDER.resolve("echo.binpb"))) {
      schema().writeTo(out);
    }
  }

  private static Map<String, String> said(RunningServer server) throws Exception {
    var environment =
        Map.of(
            "ONEPORT_URL",
            "http://127.0.0.1:" + server.port(),
            "ONEPORT_TOKEN",
            ISSUER.token().sign(),
            "ONEPORT_SCHEMA",
            "echo.binpb");
    var said = new TreeMap<String, String>();
    for (var line : Npm.run(environment, "node", "calls.mjs")) {
      var parts = line.split(": ", 2);
      said.put(parts[0], parts.length > 1 ? parts[1] : "");
    }
    return said;
  }

  private static Map<String, String> expected() {
    var expected = new TreeMap<String, String>();
    for (var version : List.of("1.1", "2")) {
      var on = " on HTTP/" + version;
      connect(expected, "Connect JSON" + on);
      connect(expected, "Connect binary" + on);
      connect(expected, "Connect gRPC-Web" + on);
    }
    connect(expected, "Connect gRPC");
    connect(expected, "Connect JSON by fetch");
    connect(expected, "Connect gRPC-Web by fetch");
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

  private static void connect(Map<String, String> expected, String name) {
    expected.put(name + ", ping", "pong");
    expected.put(name + ", refused", UNAUTHENTICATED);
    expected.put(name + ", watch", "7 8 9");
    expected.put(name + ", out of time", "DeadlineExceeded");
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
      set.addFile(withJsonNames(file));
    }
  }

  /** Generated code leaves them out, and the clients do not derive them. */
  private static FileDescriptorProto withJsonNames(FileDescriptor file) {
    var named = file.toProto().toBuilder();
    for (var type : file.getMessageTypes()) {
      var fields = named.getMessageTypeBuilder(type.getIndex());
      type.getFields()
          .forEach(it -> fields.getFieldBuilder(it.getIndex()).setJsonName(it.getJsonName()));
    }
    return named.build();
  }
}
