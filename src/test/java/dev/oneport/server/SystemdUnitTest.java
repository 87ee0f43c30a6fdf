package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What systemd says about its unit. */
@Timeout(60)
final class SystemdUnitTest {
  private static final Path UNIT = Path.of("deploy", "oneport.service");
  private static final Path ANALYZE = Path.of("/usr/bin/systemd-analyze");

  /** The highest exposure that is accepted, in tenths. */
  private static final String THRESHOLD = "--threshold=15";

  @TempDir Path folder;

  @Test
  void itHasNoMistakesAndLittleExposure() throws Exception {
    assumeTrue(Files.isExecutable(ANALYZE), "systemd is not installed");
    // The programs that it starts need not be on this machine.
    var text = Files.readString(UNIT).replace("/opt/oneport/java/bin/java", "/bin/true");
    var unit = Files.writeString(folder.resolve("oneport.service"), text);
    assertEquals("", run(List.of("verify", "--man=no", unit.toString())));
    assertEquals("", run(List.of("security", "--offline=true", THRESHOLD, unit.toString())));
  }

  @ParameterizedTest
  @CsvSource({"Type=notify", "TimeoutStopSec=10", "RestartPreventExitStatus=2", "KillMode=mixed"})
  void itKeepsToTheServersGraceAndExitCodes(String line) throws Exception {
    assertEquals(1, Files.readAllLines(UNIT).stream().filter(line::equals).count());
  }

  /** What a command printed, if it failed. */
  private String run(List<String> arguments) throws Exception {
    var command = new ArrayList<>(List.of(ANALYZE.toString()));
    command.addAll(arguments);
    var process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile())
            .start();
    var ended = process.waitFor(30, TimeUnit.SECONDS);
    process.destroyForcibly();
    var output = Files.readString(folder.resolve("output"), StandardCharsets.UTF_8);
    return ended && process.exitValue() == 0 ? "" : output + " exit code " + ended;
  }
}
