package dev.oneport.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import dev.oneport.sample.proto.EchoOuterClass;
import dev.oneport.testing.DescribedUpstream;
import dev.oneport.testing.LogRecords;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.WebClient;
import dev.oneport.transport.http2.Await;
import io.grpc.Status;
import io.grpc.reflection.v1.ErrorResponse;
import io.grpc.reflection.v1.FileDescriptorResponse;
import io.grpc.reflection.v1.ListServiceResponse;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import java.net.http.HttpClient.Version;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever an upstream says of its schema, its methods are forwarded, and nothing else suffers. */
@Timeout(60)
final class HostileReflectionTest {
  private static final FileDescriptorProto ECHO = EchoOuterClass.getDescriptor().toProto();

  /** What reflection answers, what is logged of it, and the status of a call in JSON. */
  record Row(
      String name,
      Function<ServerReflectionRequest, Optional<ServerReflectionResponse>> answers,
      String logged,
      int status) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Row> rows() {
    return Stream.of(
        row("silence", question -> Optional.empty(), "", 503),
        row("an error", _ -> Optional.of(error(13)), "answered with the error 13", 503),
        row(
            "a service that it does not describe",
            question -> Optional.of(question.hasListServices() ? list("Echo") : error(5)),
            "it describes: 0",
            501),
        row(
            "too many services",
            _ ->
                Optional.of(
                    list(IntStream.range(0, 501).mapToObj(i -> "S" + i).toArray(String[]::new))),
            "more than 500 services",
            503),
        row("no descriptor", files(ByteString.copyFromUtf8("?")), "an invalid descriptor", 503),
        row("a descriptor of 9 MiB", files(large()), "an invalid message", 503),
        row("a thousand imports", HostileReflectionTest::imports, "more than 1000 files", 503),
        row(
            "a file that imports itself",
            files(ECHO.toBuilder().addDependency("echo.proto").build().toByteString()),
            "echo.proto imports itself",
            503),
        row(
            "an import that is missing",
            question ->
                question.getFileByFilename().isEmpty()
                    ? files(ECHO.toBuilder().addDependency("x.proto").build().toByteString())
                        .apply(question)
                    : Optional.of(error(5)),
            "lacks x.proto",
            503),
        row(
            "well-known types of its own",
            files(
                ECHO.toBuilder().addDependency("google/protobuf/any.proto").build().toByteString(),
                ECHO.toBuilder().setName("google/protobuf/any.proto").build().toByteString()),
            "it describes: 1",
            200));
  }

  private static Row row(
      String name,
      Function<ServerReflectionRequest, Optional<ServerReflectionResponse>> answers,
      String logged,
      int status) {
    return new Row(name, answers, logged, status);
  }

  private static ByteString large() {
    return ECHO.toBuilder().addDependency("x".repeat(9 << 20)).build().toByteString();
  }

  private static Optional<ServerReflectionResponse> imports(ServerReflectionRequest question) {
    if (question.hasListServices()) {
      return Optional.of(list("Echo"));
    }
    var name = question.getFileByFilename();
    var file = name.isEmpty() ? ECHO.toBuilder() : FileDescriptorProto.newBuilder().setName(name);
    return files(file.addDependency(name + "x").build().toByteString()).apply(question);
  }

  private static Function<ServerReflectionRequest, Optional<ServerReflectionResponse>> files(
      ByteString... files) {
    return question ->
        Optional.of(
            question.hasListServices()
                ? list("Echo")
                : ServerReflectionResponse.newBuilder()
                    .setFileDescriptorResponse(
                        FileDescriptorResponse.newBuilder()
                            .addAllFileDescriptorProto(List.of(files)))
                    .build());
  }

  private static ServerReflectionResponse list(String... names) {
    var list = ListServiceResponse.newBuilder();
    for (var name : names) {
      list.addService(ServiceResponse.newBuilder().setName(name));
    }
    return ServerReflectionResponse.newBuilder().setListServicesResponse(list).build();
  }

  private static ServerReflectionResponse error(int code) {
    return ServerReflectionResponse.newBuilder()
        .setErrorResponse(ErrorResponse.newBuilder().setErrorCode(code))
        .build();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void itsMethodsAreForwardedAllTheSame(Row row) throws Exception {
    try (var log = new LogRecords("dev.oneport");
        var upstream = DescribedUpstream.start(new Answering(row));
        var server = RunningServer.start(yaml(upstream.port()));
        var client = new WebClient(server.port(), Version.HTTP_1_1)) {
      Await.until(
          "it is logged",
          () ->
              row.logged().isEmpty()
                  || log.lines().stream().anyMatch(it -> it.contains(row.logged())));
      assertEquals(
          row.status(),
          client.post("/Echo/Ping", "application/json", "{}".getBytes(UTF_8)).statusCode());
      assertEquals(200, client.post("/Echo/Ping", "application/proto", new byte[0]).statusCode());
      assertTrue(log.lines().stream().allMatch(it -> it.length() < 2000));
    }
  }

  private static String yaml(int upstream) {
    return """
        upstreams: { echo: { url: "h2c://127.0.0.1:%d" } }
        forward: [ { route: GRPC */*, to: echo } ]
        policy: { rules: [ { allow: [ anyone ], route: GRPC */* } ] }
        """
        .formatted(upstream);
  }

  private static final class Answering extends ServerReflectionGrpc.ServerReflectionImplBase {
    private final Row row;

    Answering(Row row) {
      this.row = row;
    }

    @Override
    public StreamObserver<ServerReflectionRequest> serverReflectionInfo(
        StreamObserver<ServerReflectionResponse> answers) {
      return new StreamObserver<>() {
        @Override
        public void onNext(ServerReflectionRequest question) {
          row.answers().apply(question).ifPresent(answers::onNext);
        }

        @Override
        public void onError(Throwable t) {}

        @Override
        public void onCompleted() {
          answers.onError(Status.CANCELLED.asRuntimeException());
        }
      };
    }
  }
}
