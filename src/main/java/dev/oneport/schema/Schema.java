package dev.oneport.schema;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat.TypeRegistry;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The services of an upstream, with the types of their messages. */
public final class Schema {
  private static final int LONGEST = 200;

  private final Map<String, ServiceDescriptor> services;
  private final Map<String, MethodDescriptor> methods = new LinkedHashMap<>();
  private final TypeRegistry types;

  private Schema(Collection<ServiceDescriptor> all, Collection<FileDescriptor> files) {
    this.services = new LinkedHashMap<>();
    for (var service : all) {
      if (services.putIfAbsent(service.getFullName(), service) == null) {
        service
            .getMethods()
            .forEach(method -> methods.put(service.getFullName() + "/" + method.getName(), method));
      }
    }
    this.types = types(files);
  }

  /**
   * Reads a {@code FileDescriptorSet}, as {@code protoc --descriptor_set_out --include_imports}
   * writes it.
   *
   * @throws InvalidSchema if it is something else, incomplete, or without services
   */
  public static Schema parse(byte[] descriptorSet) throws InvalidSchema {
    FileDescriptorSet set;
    try {
      set = FileDescriptorSet.parseFrom(descriptorSet);
    } catch (InvalidProtocolBufferException e) {
      throw notASet();
    }
    var files = new SchemaFiles(set.getFileList());
    var built = new ArrayList<FileDescriptor>();
    for (var file : files.described()) {
      if (file.getName().isEmpty()) {
        throw notASet();
      }
      built.add(files.build(file.getName()));
    }
    var services = built.stream().flatMap(file -> file.getServices().stream()).toList();
    if (services.isEmpty()) {
      throw new InvalidSchema("describes no service");
    }
    return new Schema(services, built);
  }

  private static InvalidSchema notASet() {
    return new InvalidSchema("is not a descriptor set, as protoc --descriptor_set_out writes it");
  }

  /**
   * The named services, as far as these files describe them completely; a service that they do not
   * is left out.
   *
   * @throws InvalidSchema if there are too many files, or none of the services can be built
   */
  public static Schema of(Collection<FileDescriptorProto> described, Collection<String> names)
      throws InvalidSchema {
    var files = new SchemaFiles(described);
    var built = new LinkedHashSet<FileDescriptor>();
    Optional<InvalidSchema> problem = Optional.empty();
    for (var file : files.described()) {
      try {
        built.add(files.build(file.getName()));
      } catch (InvalidSchema e) {
        problem = problem.isEmpty() ? Optional.of(e) : problem;
      }
    }
    var services =
        built.stream()
            .flatMap(file -> file.getServices().stream())
            .filter(service -> names.contains(service.getFullName()))
            .toList();
    if (services.isEmpty() && problem.isPresent()) {
      throw problem.get();
    }
    return new Schema(services, built);
  }

  private static TypeRegistry types(Collection<FileDescriptor> files) {
    Set<Descriptor> all = new LinkedHashSet<>();
    WellKnownFiles.all().forEach(file -> all.addAll(file.getMessageTypes()));
    var open = new ArrayDeque<FileDescriptor>(files);
    Set<String> seen = new LinkedHashSet<>();
    while (!open.isEmpty()) {
      var file = open.remove();
      if (seen.add(file.getName())) {
        all.addAll(file.getMessageTypes());
        open.addAll(file.getDependencies());
      }
    }
    all.add(ErrorInfo.getDescriptor());
    all.add(Status.getDescriptor());
    return TypeRegistry.newBuilder().add(all).build();
  }

  /** The method with this full name, such as {@code ledger.v1.Ledger/Post}. */
  public Optional<MethodDescriptor> method(String name) {
    return Optional.ofNullable(methods.get(name));
  }

  /** All methods by their full names. */
  public Map<String, MethodDescriptor> methods() {
    return Map.copyOf(methods);
  }

  public List<ServiceDescriptor> services() {
    return List.copyOf(services.values());
  }

  /**
   * The types that an {@code Any} may hold in JSON: those of all files, the well-known ones and
   * those of {@code google.rpc}.
   */
  public TypeRegistry types() {
    return types;
  }

  /** A text from outside on one line, in printable characters and not too long. */
  static String shown(String text) {
    var line = text.replaceAll("[^\\x20-\\x7E]", "?");
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
  }
}
