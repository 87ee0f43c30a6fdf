package dev.oneport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
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

  @Test
  void aCacheIsUsedWithTheJavaTheJarAndTheOptionsOfItsTraining() throws Exception {
    var java = Path.of("jdk/bin/java");
    script(java, "echo \"$@\"");
    Files.writeString(checkout.resolve("jdk/release"), "JAVA_VERSION=\"25.0.3\"\n");
    var jar = built("oneport.jar", 1);
    var cache = built("oneport.aot", 2);
    var madeWith = built("oneport.aot.java", 2);
    Files.writeString(madeWith, checkout.resolve(java) + "\n");
    var option = "-XX:AOTCache=" + cache;
    assertTrue(started("").contains(option), "fits");
    var jdk = checkout.resolve("jdk").toString();
    var own = "-XX:AOTCache=" + checkout.resolve("target/revoke.aot");
    assertFalse(oneport(jdk, "", "revoked").said().contains("AOTCache"), "not made yet");
    built("revoke.aot", 2);
    assertTrue(oneport(jdk, "", "revoked").said().contains(own), "the commands have their own");
    assertFalse(started("-XX:+UseG1GC").contains(option), "other options");
    Files.writeString(madeWith, "/another/java\n");
    assertFalse(started("").contains(option), "another Java");
    Files.writeString(madeWith, checkout.resolve(java) + "\n");
    Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(3)));
    assertFalse(started("").contains(option), "a later jar");
  }

  @Test
  void aShortCommandDoesWithoutTheSecondCompiler() throws Exception {
    script(Path.of("jdk/bin/java"), "echo \"$@\"");
    Files.writeString(checkout.resolve("jdk/release"), "JAVA_VERSION=\"25.0.3\"\n");
    built("oneport.jar", 1);
    var option = "-XX:TieredStopAtLevel=1";
    var jdk = checkout.resolve("jdk").toString();
    assertTrue(oneport(jdk, "", "revoke", "--caller", "alice").said().contains(option), "revoke");
    assertTrue(oneport(jdk, "", "revoked").said().contains(option), "revoked");
    assertFalse(oneport(jdk, "", "serve").said().contains(option), "serve");
    assertFalse(oneport(jdk, "").said().contains(option), "serve without its name");
  }

  private Path built(String name, int secondsAhead) throws IOException {
    var file = checkout.resolve("target").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "");
    return Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(secondsAhead)));
  }

  /** What a Java was started with that only prints its arguments. */
  private String started(String options) throws Exception {
    var run = oneport(checkout.resolve("jdk").toString(), options);
    assertEquals(0, run.code(), run.said());
    return run.said();
  }

  private void maven(String commands) throws IOException {
    script(Path.of("bin/mvn"), commands);
  }

  private void script(Path path, String commands) throws IOException {
    var file = checkout.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + commands + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private record Ended(int code, String said) {}

  private Ended oneport() throws Exception {
    return oneport(System.getProperty("java.home"), "");
  }

  private Ended oneport(String javaHome, String options, String... arguments) throws Exception {
    var builder = new ProcessBuilder("sh", checkout.resolve("oneport").toString());
    builder.command().addAll(List.of(arguments));
    builder.redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", javaHome);
    builder.environment().put("JAVA_OPTS", options);
    builder.environment().merge("PATH", "", (path, _) -> checkout.resolve("bin") + ":" + path);
    builder.environment().remove("CLASSPATH");
    var process = builder.start();
    process.getOutputStream().close();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(20, TimeUnit.SECONDS));
    return new Ended(process.exitValue(), said);
  }
}
