package dev.oneport.gateway;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.oneport.gateway.ReflectionFailure.Kind;
import dev.oneport.schema.InvalidSchema;
import dev.oneport.schema.Schema;
import dev.oneport.transport.calls.GrpcLimits;
import dev.oneport.transport.calls.MessageMemory;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Asks an upstream for its schema by server reflection (grpc.reflection.v1, or v1alpha, whose
 * messages are the same on the wire). Everything that the upstream sends is bounded.
 */
final class Reflected {
  private static final Duration LONGEST = Duration.ofSeconds(20);
  private static final int MOST_SERVICES = 500;
  private static final int MOST_FILES = 1000;
  private static final int MOST_BYTES = 8 << 20;
  private static final int NOT_FOUND = 5;
  private static final String OWN = "grpc.reflection.";
  private static final String WELL_KNOWN = "google/protobuf/";

  private static final String V1 =
      ServerReflectionGrpc.getServerReflectionInfoMethod().getFullMethodName();

  private static final List<String> VERSIONS =
      List.of(V1, V1.replace("reflection.v1.", "reflection.v1alpha."));

  private final ReflectionStream stream;
  private final long deadline = System.nanoTime() + LONGEST.toNanos();
  private final Map<String, FileDescriptorProto> files = new LinkedHashMap<>();
  private int bytes;

  private Reflected(ReflectionStream stream) {
    this.stream = stream;
  }

  /**
   * The schema of the services whose names pass the test.
   *
   * @param headers the headers that the upstream gets
   * @throws ReflectionFailure if the upstream does not describe them
   */
  static Schema fetch(
      GrpcUpstream upstream,
      GrpcConnections connections,
      Map<String, String> headers,
      Predicate<String> wanted)
      throws ReflectionFailure, InterruptedException {
    var limits = new GrpcLimits(MOST_BYTES, MOST_BYTES);
    var last = new ReflectionFailure(Kind.UNIMPLEMENTED, "it offers no reflection");
    for (var version : VERSIONS) {
      var memory = new MessageMemory(connections.memory().share());
      try (var stream = new ReflectionStream(upstream, memory, limits, version, headers)) {
        return new Reflected(stream).schema(wanted);
      } catch (ReflectionFailure e) {
        if (e.kind() != Kind.UNIMPLEMENTED) {
          throw e;
        }
        last = e;
      }
    }
    throw last;
  }

  private Schema schema(Predicate<String> wanted) throws ReflectionFailure, InterruptedException {
    var services = new ArrayList<String>();
    var listed = ask(ServerReflectionRequest.newBuilder().setListServices("*").build());
    for (var service : listed.getListServicesResponse().getServiceList()) {
      var name = service.getName();
      if (!name.startsWith(OWN) && wanted.test(name)) {
        services.add(name);
      }
    }
    if (services.size() > MOST_SERVICES) {
      throw odd("lists more than " + MOST_SERVICES + " services");
    }
    for (var name : services) {
      add(ask(ServerReflectionRequest.newBuilder().setFileContainingSymbol(name).build()));
    }
    addImports();
    try {
      return Schema.of(files.values(), services);
    } catch (InvalidSchema e) {
      throw odd(String.valueOf(e.getMessage()));
    }
  }

  /** Fetches missing imports: a server may send a file with or without them. */
  private void addImports() throws ReflectionFailure, InterruptedException {
    var open = new ArrayDeque<>(files.values());
    var asked = new LinkedHashMap<String, Boolean>();
    while (!open.isEmpty()) {
      for (var name : open.remove().getDependencyList()) {
        var missing = !name.startsWith(WELL_KNOWN) && !files.containsKey(name);
        if (missing && asked.putIfAbsent(name, true) == null) {
          open.addAll(
              add(ask(ServerReflectionRequest.newBuilder().setFileByFilename(name).build())));
        }
      }
      if (asked.size() > MOST_FILES) {
        throw odd("imports more than " + MOST_FILES + " files");
      }
    }
  }

  /** Adds the files of an answer; none if the upstream does not have what was asked for. */
  private List<FileDescriptorProto> add(ServerReflectionResponse answer) throws ReflectionFailure {
    var added = new ArrayList<FileDescriptorProto>();
    for (ByteString each : answer.getFileDescriptorResponse().getFileDescriptorProtoList()) {
      bytes += each.size();
      try {
        var file = FileDescriptorProto.parseFrom(each);
        if (files.putIfAbsent(file.getName(), file) == null) {
          added.add(file);
        }
      } catch (InvalidProtocolBufferException e) {
        throw odd("sent an invalid descriptor");
      }
    }
    if (files.size() > MOST_FILES || bytes > MOST_BYTES) {
      throw odd("sent more than " + MOST_FILES + " files or " + MOST_BYTES + " bytes");
    }
    return added;
  }

  private ServerReflectionResponse ask(ServerReflectionRequest question)
      throws ReflectionFailure, InterruptedException {
    ServerReflectionResponse answer;
    try {
      answer = ServerReflectionResponse.parseFrom(stream.ask(question.toByteArray(), deadline));
    } catch (InvalidProtocolBufferException e) {
      throw odd("sent an invalid message");
    }
    int code = answer.getErrorResponse().getErrorCode();
    if (answer.hasErrorResponse() && code != NOT_FOUND) {
      throw odd("answered with the error " + code);
    }
    return answer;
  }

  private static ReflectionFailure odd(String what) {
    return new ReflectionFailure(Kind.PASSING, "its reflection " + what);
  }
}
