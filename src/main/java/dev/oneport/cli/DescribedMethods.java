package dev.oneport.cli;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.oneport.client.CallFailed;
import dev.oneport.client.ForeignText;
import dev.oneport.client.InvalidInput;
import dev.oneport.client.Problem;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Methods from a complete set of file descriptors. */
final class DescribedMethods implements Methods {
  private final Map<String, FileDescriptorProto> files = new HashMap<>();
  private final Map<String, FileDescriptor> built = new HashMap<>();

  /**
   * Builds the descriptors.
   *
   * @throws InvalidInput if an import is missing, or a file is invalid
   */
  DescribedMethods(Collection<FileDescriptorProto> all) {
    all.forEach(file -> files.put(file.getName(), file));
    all.forEach(file -> build(file.getName(), new HashSet<>()));
  }

  @Override
  public MethodDescriptor find(MethodName name) {
    var services = built.values().stream().flatMap(file -> file.getServices().stream()).toList();
    var service =
        services.stream()
            .filter(each -> each.getFullName().equals(name.service()))
            .findFirst()
            .orElseThrow(
                () ->
                    none(
                        "there is no service " + name.service(),
                        name.service(),
                        services.stream().map(ServiceDescriptor::getFullName).toList()));
    return method(service, name);
  }

  /** The failure for an unknown name, with a suggestion. */
  static CallFailed none(String what, String wanted, List<String> known) {
    return CallFailed.of(Problem.NOT_FOUND, ForeignText.line(what + DidYouMean.of(wanted, known)));
  }

  private static MethodDescriptor method(ServiceDescriptor service, MethodName name) {
    var method = service.findMethodByName(name.method());
    if (method == null) {
      throw none(
          "the service " + name.service() + " has no method " + name.method(),
          name.method(),
          service.getMethods().stream().map(MethodDescriptor::getName).toList());
    }
    return method;
  }

  private FileDescriptor build(String name, Set<String> open) {
    var known = built.get(name);
    if (known != null) {
      return known;
    }
    var file = files.get(name);
    if (file == null || !open.add(name)) {
      throw new InvalidInput(
          file == null
              ? "the descriptors lack " + name + ", which is imported; use protoc --include_imports"
              : name + " imports itself");
    }
    var imports =
        file.getDependencyList().stream()
            .map(each -> build(each, open))
            .toArray(FileDescriptor[]::new);
    open.remove(name);
    try {
      var made = FileDescriptor.buildFrom(file, imports);
      built.put(name, made);
      return made;
    } catch (DescriptorValidationException e) {
      throw new InvalidInput(
          "the descriptor of " + name + " is not valid: " + ForeignText.line(e.getMessage()));
    }
  }
}
