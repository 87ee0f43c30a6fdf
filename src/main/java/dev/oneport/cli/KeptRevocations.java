package dev.oneport.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which configuration's revocations a command reads or writes. */
final class KeptRevocations {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "The configuration of the servers; default: application.yaml here, or else the one in the"
              + " jar.")
  @Nullable Path config;
}
