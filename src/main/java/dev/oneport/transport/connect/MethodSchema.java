package dev.oneport.transport.connect;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.util.JsonFormat.TypeRegistry;
import io.grpc.MethodDescriptor.MethodType;

/**
 * The schema of a method whose messages pass as bytes.
 *
 * @param types the types that an Any may hold in JSON
 */
public record MethodSchema(MethodDescriptor method, TypeRegistry types) {
  MethodType kind() {
    if (method.isClientStreaming()) {
      return method.isServerStreaming() ? MethodType.BIDI_STREAMING : MethodType.CLIENT_STREAMING;
    }
    return method.isServerStreaming() ? MethodType.SERVER_STREAMING : MethodType.UNARY;
  }
}
