package dev.oneport.schema;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Builds files from their descriptors, each after the files that it imports. */
final class SchemaFiles {
  /** Bounds the memory, and the depth of the imports. */
  static final int MOST = 1000;

  private final Map<String, FileDescriptorProto> described = new LinkedHashMap<>();
  private final Map<String, FileDescriptor> built = new HashMap<>();

  SchemaFiles(Collection<FileDescriptorProto> files) throws InvalidSchema {
    if (files.size() > MOST) {
      throw new InvalidSchema("has more than " + MOST + " files");
    }
    files.forEach(file -> described.putIfAbsent(file.getName(), file));
  }

  Collection<FileDescriptorProto> described() {
    return described.values();
  }

  /**
   * Builds a file.
   *
   * @throws InvalidSchema if the file or one of its imports is missing or invalid
   */
  FileDescriptor build(String name) throws InvalidSchema {
    return build(name, new HashSet<>());
  }

  private FileDescriptor build(String name, Set<String> open) throws InvalidSchema {
    var known = WellKnownFiles.find(name);
    if (known.isPresent()) {
      return known.get();
    }
    var before = built.get(name);
    if (before != null) {
      return before;
    }
    var file = described.get(name);
    if (file == null) {
      throw new InvalidSchema(
          "lacks " + Schema.shown(name) + ", which is imported; use protoc --include_imports");
    }
    if (!open.add(name)) {
      throw new InvalidSchema(Schema.shown(name) + " imports itself");
    }
    var imports = new FileDescriptor[file.getDependencyCount()];
    for (int i = 0; i < imports.length; i++) {
      imports[i] = build(file.getDependency(i), open);
    }
    var made = build(file, imports);
    built.put(name, made);
    return made;
  }

  private static FileDescriptor build(FileDescriptorProto file, FileDescriptor[] imports)
      throws InvalidSchema {
    try {
      return FileDescriptor.buildFrom(file, imports);
    } catch (DescriptorValidationException | RuntimeException | StackOverflowError e) {
      throw new InvalidSchema(
          Schema.shown(file.getName())
              + " is not valid: "
              + Schema.shown(String.valueOf(e.getMessage())));
    }
  }
}
