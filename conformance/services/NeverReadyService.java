package dev.oneport.conformance;

import com.google.protobuf.Empty;
import dev.oneport.api.Mount;
import dev.oneport.api.Service;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;

/** A gRPC service that is never ready, for clients that check its health. */
public final class NeverReadyService implements Service {
  private static final MethodDescriptor<Empty, Empty> CALL =
      MethodDescriptor.newBuilder(marshaller(), marshaller())
          .setFullMethodName("suite.NeverReady/Call")
          .setType(MethodType.UNARY)
          .build();

  @Override
  public void mount(Mount port) {
    port.grpc(
        () ->
            ServerServiceDefinition.builder("suite.NeverReady")
                .addMethod(CALL, ServerCalls.asyncUnaryCall((_, answer) -> answer.onCompleted()))
                .build());
  }

  @Override
  public boolean ready() {
    return false;
  }

  private static MethodDescriptor.Marshaller<Empty> marshaller() {
    return ProtoUtils.marshaller(Empty.getDefaultInstance());
  }
}
