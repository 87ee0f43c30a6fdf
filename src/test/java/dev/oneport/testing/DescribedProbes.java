package dev.oneport.testing;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.StringValue;
import com.google.protobuf.WrappersProto;
import dev.oneport.api.Caller;
import dev.oneport.api.Mount;
import dev.oneport.api.Service;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** {@link ProbeService} once more, for gRPC methods with a schema, so that JSON can be sent. */
public final class DescribedProbes implements Service {
  /** The full name of the service. */
  public static final String NAME = "probes.Described";

  private static final StringValue TEXT = StringValue.getDefaultInstance();

  private final List<String> names;

  public DescribedProbes(List<String> names) {
    this.names = names;
  }

  /** The routes of a name, those of {@link ProbeService} included. */
  public static String routes(String name) {
    return ProbeService.routes(name).replace("]", ", GRPC " + NAME + "/" + name + " ]");
  }

  @Override
  public void mount(Mount port) {
    var methods = names.stream().map(DescribedProbes::method).toList();
    var file = file();
    var descriptor =
        ServiceDescriptor.newBuilder(NAME)
            .setSchemaDescriptor((ProtoFileDescriptorSupplier) () -> file);
    methods.forEach(descriptor::addMethod);
    var service = ServerServiceDefinition.builder(descriptor.build());
    for (var method : methods) {
      service.addMethod(method, ServerCalls.asyncUnaryCall((_, answer) -> answer(answer)));
    }
    port.grpc(service::build);
  }

  private static MethodDescriptor<StringValue, StringValue> method(String name) {
    return MethodDescriptor.newBuilder(ProtoUtils.marshaller(TEXT), ProtoUtils.marshaller(TEXT))
        .setFullMethodName(NAME + "/" + name)
        .setType(MethodType.UNARY)
        .build();
  }

  private static void answer(StreamObserver<StringValue> answer) {
    answer.onNext(StringValue.of(Caller.current().name()));
    answer.onCompleted();
  }

  private FileDescriptor file() {
    var service = ServiceDescriptorProto.newBuilder().setName("Described");
    for (var name : names) {
      service.addMethod(
          MethodDescriptorProto.newBuilder()
              .setName(name)
              .setInputType(".google.protobuf.StringValue")
              .setOutputType(".google.protobuf.StringValue"));
    }
    var file =
        FileDescriptorProto.newBuilder()
            .setName("probes.proto")
            .setPackage("probes")
            .setSyntax("proto3")
            .addDependency("google/protobuf/wrappers.proto")
            .addService(service)
            .build();
    try {
      return FileDescriptor.buildFrom(
          file, new FileDescriptor[] {WrappersProto.getDescriptor().getFile()});
    } catch (DescriptorValidationException e) {
      throw new IllegalStateException(e);
    }
  }
}
