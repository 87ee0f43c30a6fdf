package dev.oneport.transport.connect;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.Empty;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import com.google.protobuf.StringValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.JsonFormat.TypeRegistry;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerServiceDefinition;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The types that a {@code google.protobuf.Any} may hold in JSON messages. */
public final class JsonTypes {
  /** Each descriptor adds all types of its file and of the imported files. */
  private static final List<Message> KNOWN =
      List.of(
          Any.getDefaultInstance(),
          Duration.getDefaultInstance(),
          Empty.getDefaultInstance(),
          FieldMask.getDefaultInstance(),
          StringValue.getDefaultInstance(),
          Struct.getDefaultInstance(),
          Timestamp.getDefaultInstance(),
          ErrorInfo.getDefaultInstance(),
          Status.getDefaultInstance());

  private JsonTypes() {}

  /** The types of all methods of these services, the well-known ones, google.rpc's, and others. */
  public static TypeRegistry of(
      Collection<ServerServiceDefinition> services, Collection<Descriptor> others) {
    Set<Descriptor> types = new LinkedHashSet<>();
    KNOWN.forEach(known -> types.add(known.getDescriptorForType()));
    for (var service : services) {
      for (var method : service.getMethods()) {
        add(types, method.getMethodDescriptor());
      }
    }
    types.addAll(others);
    return TypeRegistry.newBuilder().add(types).build();
  }

  private static void add(Set<Descriptor> types, MethodDescriptor<?, ?> method) {
    Stream.of(method.getRequestMarshaller(), method.getResponseMarshaller())
        .flatMap(marshaller -> prototype(marshaller).stream())
        .forEach(message -> types.add(message.getDescriptorForType()));
  }

  /** The default message of a marshaller's type; empty if it is not protobuf. */
  static Optional<Message> prototype(Marshaller<?> marshaller) {
    return marshaller instanceof PrototypeMarshaller<?> known
            && known.getMessagePrototype() instanceof Message message
        ? Optional.of(message)
        : Optional.empty();
  }
}
