package dev.oneport.cli;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.oneport.client.CallFailed;
import dev.oneport.client.Connection;
import dev.oneport.client.ForeignText;
import dev.oneport.client.OnePortClient;
import dev.oneport.client.Problem;
import dev.oneport.client.Received.Got;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Methods that the server describes by reflection, v1 or v1alpha. */
final class ReflectedMethods implements Methods {
  private static final Duration LONGEST = Duration.ofSeconds(20);

  /** More files than any real method depends on; stops a hostile server. */
  private static final int MOST_FILES = 10_000;

  private static final int NOT_FOUND = 5;

  private final OnePortClient client;

  ReflectedMethods(OnePortClient client) {
    this.client = client;
  }

  @Override
  public MethodDescriptor find(MethodName name) throws InterruptedException {
    try {
      return find(name, ServerReflectionGrpc.getServerReflectionInfoMethod());
    } catch (CallFailed e) {
      if (e.failure().problem() != Problem.NOT_FOUND || e.failure().status().isEmpty()) {
        throw e;
      }
    }
    try {
      return find(name, older());
    } catch (CallFailed e) {
      if (e.failure().problem() == Problem.NOT_FOUND && !e.failure().status().isEmpty()) {
        throw CallFailed.of(
            Problem.NOT_FOUND, "the server offers no reflection: describe the method with --proto");
      }
      throw e;
    }
  }

  /** The older version, v1alpha, whose messages are the same on the wire. */
  private static io.grpc.MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse>
      older() {
    var method = ServerReflectionGrpc.getServerReflectionInfoMethod();
    return method.toBuilder(method.getRequestMarshaller(), method.getResponseMarshaller())
        .setFullMethodName("grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")
        .build();
  }

  private MethodDescriptor find(
      MethodName name,
      io.grpc.MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse> reflection)
      throws InterruptedException {
    return client.retry(
        true,
        attempt -> {
          try (var call = attempt.open(reflection)) {
            return new Lookup(call).find(name);
          }
        });
  }

  /** Asks its questions on one reflection call. */
  private record Lookup(Connection<ServerReflectionRequest, ServerReflectionResponse> call) {
    MethodDescriptor find(MethodName name) throws InterruptedException {
      var files = new LinkedHashMap<String, FileDescriptorProto>();
      var answer =
          ask(ServerReflectionRequest.newBuilder().setFileContainingSymbol(name.service()).build());
      if (answer.getErrorResponse().getErrorCode() == NOT_FOUND) {
        throw DescribedMethods.none(
            "the server has no service " + name.service(), name.service(), services());
      }
      add(answer, files);
      addImports(files);
      return new DescribedMethods(files.values()).find(name);
    }

    /** Fetches missing imports: a server may send a file with or without them. */
    private void addImports(Map<String, FileDescriptorProto> files) throws InterruptedException {
      while (files.size() < MOST_FILES) {
        var missing =
            files.values().stream()
                .flatMap(file -> file.getDependencyList().stream())
                .filter(each -> !files.containsKey(each))
                .findFirst();
        if (missing.isEmpty()) {
          return;
        }
        add(
            ask(ServerReflectionRequest.newBuilder().setFileByFilename(missing.get()).build()),
            files);
        if (!files.containsKey(missing.get())) {
          throw odd("it did not describe " + missing.get());
        }
      }
      throw odd("it describes too many files");
    }

    private List<String> services() throws InterruptedException {
      return ask(ServerReflectionRequest.newBuilder().setListServices("").build())
          .getListServicesResponse()
          .getServiceList()
          .stream()
          .map(service -> service.getName())
          .toList();
    }

    private static void add(
        ServerReflectionResponse answer, Map<String, FileDescriptorProto> files) {
      if (answer.hasErrorResponse()) {
        throw odd(ForeignText.line(answer.getErrorResponse().getErrorMessage()));
      }
      for (ByteString each : answer.getFileDescriptorResponse().getFileDescriptorProtoList()) {
        try {
          var file = FileDescriptorProto.parseFrom(each);
          files.put(file.getName(), file);
        } catch (InvalidProtocolBufferException e) {
          throw odd("it sent an invalid descriptor");
        }
      }
    }

    private ServerReflectionResponse ask(ServerReflectionRequest question)
        throws InterruptedException {
      call.send(question);
      if (call.receive(LONGEST) instanceof Got<ServerReflectionResponse>(var answer)) {
        return answer;
      }
      throw CallFailed.of(Problem.TIMED_OUT, "the server's reflection did not answer");
    }

    private static CallFailed odd(String why) {
      return CallFailed.of(Problem.UNEXPECTED_ANSWER, "the server's reflection: " + why);
    }
  }
}
