package dev.oneport.cli;

import dev.oneport.client.OnePortClient;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say where a method's messages are described. */
final class ProtoOptions {
  @Option(
      names = "--proto",
      paramLabel = "FILE",
      description =
          "Instead of the server's reflection, use this .proto file, which protoc compiles, or a"
              + " descriptor set with all imports, as protoc writes it.")
  private @Nullable Path proto;

  @Option(
      names = "--proto-path",
      paramLabel = "FOLDER",
      description = "With --proto: look for imports here. Default: the folder of the file.")
  private List<Path> paths = List.of();

  @Option(
      names = "--protoc",
      paramLabel = "FILE",
      defaultValue = "protoc",
      description = "With --proto: the compiler. Default: ${DEFAULT-VALUE}, from the PATH.")
  private String protoc = "protoc";

  /** The methods that can be called. */
  Methods methods(OnePortClient client) throws InterruptedException {
    return proto == null
        ? new ReflectedMethods(client)
        : new DescribedMethods(new ProtoFile(proto, paths, protoc).descriptors());
  }
}
