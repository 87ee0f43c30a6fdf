package dev.oneport.schema;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Files of several origins that one reflection service can describe together: each name of a file,
 * and each symbol, means one thing.
 */
public final class FileIndex {
  private final Map<String, FileDescriptor> files = new HashMap<>();
  private final Map<String, String> owners = new HashMap<>();

  /**
   * Adds a file and its imports, unless one of them contradicts a file that was added before.
   *
   * @return what contradicts; empty if the files were added
   */
  public Optional<String> add(FileDescriptor file) {
    var added = new HashMap<String, FileDescriptor>();
    var symbols = new HashMap<String, String>();
    var open = new ArrayDeque<>(List.of(file));
    while (!open.isEmpty()) {
      var each = open.remove();
      var known = files.getOrDefault(each.getName(), added.get(each.getName()));
      if (known != null) {
        if (!same(known, each)) {
          return Optional.of("another file is also named " + Schema.shown(each.getName()));
        }
        continue;
      }
      added.put(each.getName(), each);
      for (var symbol : symbols(each)) {
        var owner = owners.getOrDefault(symbol, symbols.get(symbol));
        if (owner != null) {
          return Optional.of(Schema.shown(symbol) + " is also defined in " + Schema.shown(owner));
        }
        symbols.put(symbol, each.getName());
      }
      open.addAll(each.getDependencies());
    }
    files.putAll(added);
    owners.putAll(symbols);
    return Optional.empty();
  }

  private static List<String> symbols(FileDescriptor file) {
    var symbols = new ArrayList<String>();
    file.getServices().forEach(service -> symbols.add(service.getFullName()));
    file.getExtensions().forEach(extension -> add(symbols, extension));
    var open = new ArrayDeque<>(file.getMessageTypes());
    while (!open.isEmpty()) {
      Descriptor type = open.remove();
      symbols.add(type.getFullName());
      type.getExtensions().forEach(extension -> add(symbols, extension));
      open.addAll(type.getNestedTypes());
    }
    return symbols;
  }

  private static void add(List<String> symbols, FieldDescriptor extension) {
    symbols.add(extension.getFullName());
    symbols.add(extension.getContainingType().getFullName() + "#" + extension.getNumber());
  }

  @SuppressWarnings("ReferenceEquality") // usually it is the same file
  private static boolean same(FileDescriptor one, FileDescriptor other) {
    return one == other || plain(one.toProto()).equals(plain(other.toProto()));
  }

  /** Without what compilers add in different ways. */
  private static FileDescriptorProto plain(FileDescriptorProto file) {
    var plain = file.toBuilder().clearOptions().clearSourceCodeInfo();
    plain.getMessageTypeBuilderList().forEach(FileIndex::simplify);
    plain.getExtensionBuilderList().forEach(field -> field.clearJsonName());
    return plain.build();
  }

  private static void simplify(DescriptorProto.Builder type) {
    type.getFieldBuilderList().forEach(field -> field.clearJsonName());
    type.getExtensionBuilderList().forEach(field -> field.clearJsonName());
    type.getNestedTypeBuilderList().forEach(FileIndex::simplify);
  }
}
