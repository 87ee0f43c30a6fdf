package dev.oneport.testing;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Message;
import dev.oneport.api.Mount;
import dev.oneport.api.Service;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import io.helidon.websocket.WsListener;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A service whose gRPC methods get a schema if they have none, made of their messages. A mounted
 * method is served in JSON without one, but a server in front learns it by reflection.
 */
final class DescribedService implements Service {
  private final Service service;
  private final AtomicBoolean described;

  /**
   * Wraps a service.
   *
   * @param described becomes true if a service with a schema is mounted
   */
  DescribedService(Service service, AtomicBoolean described) {
    this.service = service;
    this.described = described;
  }

  @Override
  public void mount(Mount port) {
    service.mount(new Describing(port));
  }

  private final class Describing implements Mount {
    private final Mount port;

    Describing(Mount port) {
      this.port = port;
    }

    @Override
    public Http http() {
      return port.http();
    }

    @Override
    public void grpc(BindableService grpc) {
      var definition = describe(grpc.bindService());
      if (definition.getServiceDescriptor().getSchemaDescriptor() != null) {
        described.set(true);
      }
      port.grpc(() -> definition);
    }

    @Override
    public void webSocket(String path, Supplier<? extends WsListener> listeners) {
      port.webSocket(path, listeners);
    }

    @Override
    public void types(Descriptor... types) {
      port.types(types);
    }

    @Override
    public <E extends Throwable> void errors(
        Class<E> type, Function<? super E, StatusRuntimeException> mapping) {
      port.errors(type, mapping);
    }
  }

  private static ServerServiceDefinition describe(ServerServiceDefinition definition) {
    var known = definition.getServiceDescriptor();
    var file = known.getSchemaDescriptor() == null ? file(known) : Optional.<FileDescriptor>empty();
    if (file.isEmpty()) {
      return definition;
    }
    var descriptor =
        ServiceDescriptor.newBuilder(known.getName())
            .setSchemaDescriptor((ProtoFileDescriptorSupplier) file::get);
    known.getMethods().forEach(descriptor::addMethod);
    var described = ServerServiceDefinition.builder(descriptor.build());
    definition.getMethods().forEach(described::addMethod);
    return described.build();
  }

  /** A file with the service; empty if a method has messages that are not protobuf's. */
  private static Optional<FileDescriptor> file(ServiceDescriptor service) {
    var files = new LinkedHashSet<FileDescriptor>();
    var methods = new ArrayList<MethodDescriptorProto>();
    for (var method : service.getMethods()) {
      var in = message(method.getRequestMarshaller());
      var out = message(method.getResponseMarshaller());
      if (in.isEmpty() || out.isEmpty()) {
        return Optional.empty();
      }
      files.add(in.get().getFile());
      files.add(out.get().getFile());
      methods.add(method(method, in.get(), out.get()));
    }
    return Optional.of(file(service.getName(), methods, files.toArray(FileDescriptor[]::new)));
  }

  private static Optional<Descriptor> message(Marshaller<?> marshaller) {
    return marshaller instanceof PrototypeMarshaller<?> typed
            && typed.getMessagePrototype() instanceof Message message
        ? Optional.of(message.getDescriptorForType())
        : Optional.empty();
  }

  private static MethodDescriptorProto method(
      MethodDescriptor<?, ?> method, Descriptor in, Descriptor out) {
    return MethodDescriptorProto.newBuilder()
        .setName(method.getBareMethodName())
        .setInputType("." + in.getFullName())
        .setOutputType("." + out.getFullName())
        .setClientStreaming(!method.getType().clientSendsOneMessage())
        .setServerStreaming(!method.getType().serverSendsOneMessage())
        .build();
  }

  private static FileDescriptor file(
      String service, Iterable<MethodDescriptorProto> methods, FileDescriptor[] files) {
    int dot = service.lastIndexOf('.');
    var file =
        FileDescriptorProto.newBuilder()
            .setName("described/" + service + ".proto")
            .setPackage(dot < 0 ? "" : service.substring(0, dot))
            .setSyntax("proto3")
            .addService(
                ServiceDescriptorProto.newBuilder()
                    .setName(service.substring(dot + 1))
                    .addAllMethod(methods));
    for (var needed : files) {
      file.addDependency(needed.getName());
    }
    try {
      return FileDescriptor.buildFrom(file.build(), files);
    } catch (DescriptorValidationException e) {
      throw new IllegalStateException(e);
    }
  }
}
