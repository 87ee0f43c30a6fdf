package dev.oneport.cli;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.oneport.client.ForeignText;
import dev.oneport.client.InvalidInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A file that describes messages: a .proto file, which protoc compiles, or a descriptor set. */
final class ProtoFile {
  private final Path file;
  private final List<Path> paths;
  private final String protoc;

  /**
   * A file.
   *
   * @param paths where to look for imports; empty for the file's folder
   * @param protoc the compiler
   */
  ProtoFile(Path file, List<Path> paths, String protoc) {
    this.file = file;
    this.paths = paths;
    this.protoc = protoc;
  }

  /**
   * The file and its imports.
   *
   * @throws InvalidInput if it cannot be read or compiled
   */
  List<FileDescriptorProto> descriptors() throws InterruptedException {
    if (!Files.isReadable(file)) {
      throw new InvalidInput("the file " + file + " cannot be read; is it there?");
    }
    try {
      return parse(file.toString().endsWith(".proto") ? compile() : Files.readAllBytes(file));
    } catch (IOException e) {
      throw new InvalidInput("the file " + file + " cannot be read");
    }
  }

  private List<FileDescriptorProto> parse(byte[] set) {
    try {
      var files = FileDescriptorSet.parseFrom(set).getFileList();
      if (files.isEmpty()) {
        throw new InvalidInput(file + " does not describe any messages");
      }
      return files;
    } catch (InvalidProtocolBufferException e) {
      throw new InvalidInput(file + " is neither a .proto file nor a descriptor set");
    }
  }

  private byte[] compile() throws IOException, InterruptedException {
    var set = Files.createTempFile("oneport", ".descriptors");
    try {
      var process = start(set);
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new InvalidInput("protoc: " + ForeignText.line(output));
      }
      return Files.readAllBytes(set);
    } finally {
      Files.delete(set);
    }
  }

  private Process start(Path set) {
    var folder = file.toAbsolutePath().getParent();
    var command =
        new ArrayList<>(List.of(protoc, "--include_imports", "--descriptor_set_out=" + set));
    (paths.isEmpty() ? List.of(folder) : paths)
        .forEach(path -> command.add("--proto_path=" + path));
    command.add(file.toAbsolutePath().toString());
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new InvalidInput(
          ".proto files need protoc, and '"
              + protoc
              + "' cannot be run: install it, set --protoc, or give --proto a descriptor set");
    }
  }
}
