package dev.oneport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code oneport} in a checkout that is not built yet, with a fake Maven. */
@Timeout(60)
final class LauncherTest {
  @TempDir Path checkout;

  @BeforeEach
  void checkOut() throws Exception {
    Files.copy(Path.of("oneport"), checkout.resolve("oneport"));
    Files.copy(Path.of("mvnw"), checkout.resolve("mvnw"));
    Files.createDirectories(checkout.resolve("src/main"));
    Files.createDirectories(checkout.resolve("proto"));
    Files.createDirectories(checkout.resolve("bin"));
    Files.writeString(checkout.resolve("pom.xml"), "");
    Files.writeString(checkout.resolve("application.yaml"), "");
  }

  @Test
  void aFailedBuildIsReportedAndLeavesNoJarBehind() throws Exception {
    // Maven's last output when it runs without a terminal: colour codes and no line end.
    maven(
        "echo '[INFO] --- maven-compiler-plugin:3.15.0:compile'; echo '[ERROR] no such symbol'; printf '\\033[0m'; exit 1");
    var run = oneport();
    assertEquals(1, run.code(), run.said());
    assertTrue(run.said().contains("oneport: compiling"), run.said());
    assertTrue(run.said().contains("[ERROR] no such symbol"), run.said());
    assertTrue(run.said().contains("oneport: the build failed"), run.said());
    assertFalse(run.said().contains("\033"), run.said());
    assertFalse(Files.exists(checkout.resolve("target/oneport.jar")), "it would count as built");
  }

  @Test
  void aBuildThatSucceedsIsStarted() throws Exception {
    maven("touch '" + checkout.resolve("target/oneport.jar") + "'; printf '\\033[0m'");
    var run = oneport();
    assertFalse(run.said().contains("the build failed"), run.said());
    assertTrue(run.said().contains("dev.oneport.Main"), run.said());
  }

  private void maven(String commands) throws IOException {
    var mvn = checkout.resolve("bin/mvn");
    Files.writeString(mvn, "#!/bin/sh\n" + commands + "\n");
    Files.setPosixFilePermissions(mvn, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private record Ended(int code, String said) {}

  private Ended oneport() throws Exception {
    var builder = new ProcessBuilder(List.of("sh", checkout.resolve("oneport").toString()));
    builder.redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().merge("PATH", "", (path, _) -> checkout.resolve("bin") + ":" + path);
    builder.environment().remove("CLASSPATH");
    var process = builder.start();
    process.getOutputStream().close();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(20, TimeUnit.SECONDS));
    return new Ended(process.exitValue(), said);
  }
}
