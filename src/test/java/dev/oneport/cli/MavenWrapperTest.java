package dev.oneport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code mvnw} on a machine without Maven, with a test repository. */
@Timeout(60)
final class MavenWrapperTest {
  private static final List<String> TOOLS =
      List.of(
          "sh",
          "dirname",
          "sed",
          "tr",
          "cut",
          "mkdir",
          "mktemp",
          "mv",
          "rm",
          "curl",
          "sha512sum",
          "tar",
          "gzip");
  private static final String FILE = "apache-maven-1.2.3-bin.tar.gz";

  @TempDir Path folder;
  private Path checkout;
  private Path published;

  @BeforeEach
  void prepare() throws Exception {
    checkout = Files.createDirectories(folder.resolve("checkout"));
    Files.createDirectories(checkout.resolve(".mvn/wrapper"));
    Files.copy(Path.of("mvnw"), checkout.resolve("mvnw"));
    published = Files.createDirectories(folder.resolve("repo/org/apache/maven/apache-maven/1.2.3"));
    var mvn = folder.resolve("apache-maven-1.2.3/bin/mvn");
    Files.createDirectories(mvn.getParent());
    Files.writeString(mvn, "#!/bin/sh\necho \"ran with $*\"\n");
    Files.setPosixFilePermissions(mvn, PosixFilePermissions.fromString("rwxr-xr-x"));
    run(folder, List.of("tar", "-czf", published.resolve(FILE).toString(), "apache-maven-1.2.3"));
    expect(sha512(published.resolve(FILE)));
    var bin = Files.createDirectories(folder.resolve("bin"));
    for (var tool : TOOLS) {
      Files.createSymbolicLink(bin.resolve(tool), installed(tool));
    }
  }

  private void expect(String sha512) throws IOException {
    Files.writeString(
        checkout.resolve(".mvn/wrapper/maven.properties"),
        "version=1.2.3\nsha512=" + sha512 + "\n");
  }

  @Test
  void mavenIsFetchedOnce() throws Exception {
    var first = mvnw(repository());
    assertEquals(0, first.code(), first.said());
    assertTrue(first.said().contains("fetching Maven 1.2.3"), first.said());
    assertTrue(first.said().endsWith("ran with -B verify\n"), first.said());
    assertEquals("ran with -B verify\n", mvnw("").said());
  }

  @Test
  void theMirrorOfTheSettingsIsAsked() throws Exception {
    Files.createDirectories(folder.resolve("home/.m2"));
    Files.writeString(
        folder.resolve("home/.m2/settings.xml"),
        """
        <settings>
          <mirrors>
            <mirror>
              <mirrorOf>*</mirrorOf>
              <url>%s</url>
            </mirror>
          </mirrors>
        </settings>
        """
            .formatted(repository()));
    var run = mvnw("");
    assertTrue(run.said().endsWith("ran with -B verify\n"), run.said());
  }

  @Test
  void anUnexpectedFileIsNotRun() throws Exception {
    expect("0".repeat(128));
    var run = mvnw(repository());
    assertEquals(1, run.code(), run.said());
    assertTrue(run.said().contains(FILE + " is not what it should be"), run.said());
    assertFalse(Files.exists(folder.resolve("home/.m2/wrapper/apache-maven-1.2.3")));
    try (var left = Files.list(folder.resolve("home/.m2/wrapper"))) {
      assertEquals(0, left.count());
    }
  }

  @Test
  void withoutARepositoryItSaysHowToGetMaven() throws Exception {
    var run = mvnw("");
    assertEquals(1, run.code(), run.said());
    assertTrue(run.said().contains("apt-get install maven"), run.said());
    assertTrue(run.said().contains("MVNW_REPOURL"), run.said());
  }

  private String repository() {
    return folder.resolve("repo").toUri().toString();
  }

  private record Ended(int code, String said) {}

  private Ended mvnw(String repository) throws Exception {
    return run(checkout, List.of("sh", "mvnw", "-B", "verify"), repository);
  }

  private Ended run(Path at, List<String> command, String... repository) throws Exception {
    var builder = new ProcessBuilder(command).directory(at.toFile()).redirectErrorStream(true);
    if (repository.length > 0) {
      builder.environment().clear();
      builder.environment().put("PATH", folder.resolve("bin").toString());
      builder.environment().put("HOME", folder.resolve("home").toString());
      builder.environment().put("MVNW_REPOURL", repository[0]);
    }
    var process = builder.start();
    process.getOutputStream().close();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(20, TimeUnit.SECONDS));
    return new Ended(process.exitValue(), said);
  }

  private static Path installed(String tool) {
    return List.of("/bin", "/usr/bin", "/usr/local/bin").stream()
        .map(folder -> Path.of(folder, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(tool + " is not installed"));
  }

  private static String sha512(Path file) throws Exception {
    var digest = MessageDigest.getInstance("SHA-512").digest(Files.readAllBytes(file));
    return HexFormat.of().formatHex(digest);
  }
}
