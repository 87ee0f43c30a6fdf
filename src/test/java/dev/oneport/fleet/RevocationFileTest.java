package dev.oneport.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.config.Configuration;
import dev.oneport.fleet.RevocationSettings.WithoutStore;
import dev.oneport.identity.Identity;
import dev.oneport.testing.ManualClock;
import dev.oneport.testing.TestIssuer;
import dev.oneport.transport.http2.Await;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A file of revocations that several write and watch. */
@Timeout(120)
final class RevocationFileTest {
  private static final TestIssuer ISSUER = TestIssuer.good();

  private static final ManualClock CLOCK = new ManualClock(Instant.parse("2026-11-29T18:00:00Z"));

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(CLOCK.instant());
  private Path path;

  @BeforeEach
  void create() throws IOException {
    path = Files.createFile(folder.resolve("revocations.jsonl"));
  }

  @Test
  void writersLoseNoLinesThoughTheFileIsReplacedMeanwhile() throws Exception {
    // So many lapsed lines that the first writer replaces the file.
    for (int i = 0; i < 200; i++) {
      Files.writeString(
          path, line("lapsed" + i, clock.instant().minus(Duration.ofDays(3))), APPEND);
    }
    var files = List.of(file(), file(), file(), file());
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var file : files) {
        for (int i = 0; i < 50; i++) {
          var name = files.indexOf(file) + "-" + i;
          var _ =
              threads.submit(
                  () -> {
                    file.add(List.of(revocation(name, clock.instant())));
                    return name;
                  });
        }
      }
    }
    var names = callers();
    assertEquals(200, names.size());
    assertFalse(names.contains("lapsed0"));
    assertEquals(Set.of("revocations.jsonl", "revocations.jsonl.lock"), names(folder));
  }

  @Test
  void processesLoseNoLinesEither() throws Exception {
    for (int i = 0; i < 200; i++) {
      Files.writeString(path, line("lapsed" + i, Instant.EPOCH), APPEND);
    }
    var processes = new ArrayList<Process>();
    for (int i = 0; i < 3; i++) {
      processes.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Writer.class.getName(),
                  path.toString(),
                  "p" + i)
              .inheritIO()
              .start());
    }
    for (var process : processes) {
      assertEquals(0, process.waitFor());
    }
    assertEquals(3 * Writer.LINES, callers().size());
  }

  /** A process that revokes one after the other. */
  static final class Writer {
    static final int LINES = 40;

    private Writer() {}

    public static void main(String... args) throws IOException {
      var settings = settings(Path.of(args[0]));
      var file = new RevocationFile(settings, new Lapse(settings, () -> IDENTITY), CLOCK);
      for (int i = 0; i < LINES; i++) {
        file.add(List.of(revocation(args[1] + "-" + i, CLOCK.instant())));
      }
    }
  }

  @Test
  void aFileThatAnotherProcessWritesIsWaitedFor() throws Exception {
    var lock = folder.resolve("revocations.jsonl.lock");
    try (var channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var _ = channel.lock()) {
      var failed =
          assertThrows(
              IOException.class, () -> file().add(List.of(revocation("a", clock.instant()))));
      assertTrue(
          String.valueOf(failed.getMessage()).contains("is being written by another process"),
          failed::toString);
    }
    file().add(List.of(revocation("a", clock.instant())));
    assertEquals(Set.of("a"), callers());
  }

  @Test
  void aLineThatWasCutOffStaysAloneInItsLine() throws Exception {
    Files.writeString(path, line("a", clock.instant()) + "{\"caller\":\"cut", APPEND);
    file().add(List.of(revocation("b", clock.instant())));
    var read = RevocationFile.read(path);
    assertEquals(1, read.bad());
    assertEquals(2, read.revocations().size());
  }

  @Test
  void aFileWithWrongLinesIsNeverReplaced() throws Exception {
    Files.writeString(path, "what is this\n", APPEND);
    for (int i = 0; i < 300; i++) {
      Files.writeString(path, line("lapsed" + i, Instant.EPOCH), APPEND);
    }
    file().add(List.of(revocation("b", clock.instant())));
    assertEquals(301, RevocationFile.read(path).revocations().size());
  }

  @Test
  void onlyLinesThatLapsedLongAgoAreLeftOut() throws Exception {
    var life = Duration.ofHours(24).plusSeconds(60).plus(Duration.ofMinutes(1));
    var now = clock.instant();
    for (int i = 0; i < 200; i++) {
      Files.writeString(path, line("same", Instant.EPOCH.plusSeconds(i)), APPEND);
    }
    Files.writeString(path, line("lives", now.minus(life).plusSeconds(1)), APPEND);
    Files.writeString(path, line("just", now.minus(life).minusSeconds(1)), APPEND);
    Files.writeString(path, line("gone", now.minus(life).minus(Duration.ofMinutes(11))), APPEND);
    // API keys may be valid forever.
    Files.writeString(path, line("key:billing", Instant.EPOCH), APPEND);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));
    file().add(List.of(revocation("new", now)));
    assertEquals(Set.of("lives", "just", "key:billing", "new"), callers());
    assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
  }

  @Test
  void theFileBehindALinkIsWrittenAndTheLinkStays() throws Exception {
    var link = Files.createSymbolicLink(folder.resolve("link"), path);
    for (int i = 0; i < 300; i++) {
      Files.writeString(path, line("lapsed" + i, Instant.EPOCH), APPEND);
    }
    file(link).add(List.of(revocation("b", clock.instant())));
    assertTrue(Files.isSymbolicLink(link));
    assertEquals(Set.of("b"), callers());
  }

  @Test
  void aFullFileRefusesMoreAndKeepsAll() throws Exception {
    Files.writeString(
        path,
        IntStream.range(0, RevocationText.MOST)
            .mapToObj(i -> line("x" + i, clock.instant()))
            .collect(Collectors.joining()));
    var failed =
        assertThrows(
            IOException.class, () -> file().add(List.of(revocation("a", clock.instant()))));
    assertTrue(String.valueOf(failed.getMessage()).contains("is full"), failed::toString);
    assertEquals(RevocationText.MOST, callers().size());
    // When all have lapsed there is room again.
    clock.advance(Duration.ofDays(2));
    file().add(List.of(revocation("a", clock.instant())));
    assertEquals(Set.of("a"), callers());
  }

  @Test
  void aChangeIsHeardAndNothingTakesItBack() throws Exception {
    var heard = ConcurrentHashMap.<String>newKeySet();
    try (var file = file()) {
      file.watch(
          new RevocationStore.Heard() {
            @Override
            public void all(List<Revocation> revocations) {
              revocations.forEach(it -> heard.add(caller(it)));
            }

            @Override
            public void added(List<Revocation> revocations) {
              all(revocations);
            }
          },
          List::of);
      Files.writeString(path, line("a", clock.instant()), APPEND);
      Await.until("a is heard", () -> heard.contains("a"));
      Files.writeString(path, "garbage\n" + line("b", clock.instant()));
      Await.until("b is heard", () -> heard.contains("b"));
      Files.write(path, new byte[] {(byte) 0xff, '\n'});
      Files.delete(path);
      Files.writeString(path, line("c", clock.instant()));
      Await.until("c is heard", () -> heard.contains("c"));
    }
  }

  @Test
  void whatWasHeardStaysRevokedUntilItLapses() {
    var lapse = new Lapse(settings(path), () -> IDENTITY);
    var revocations = new Revocations(Duration.ofMinutes(1), lapse, clock, true);
    var changes = new ArrayList<Integer>();
    revocations.onChange(() -> changes.add(revocations.size()));
    revocations.all(List.of(revocation("a", clock.instant())));
    revocations.all(List.of());
    revocations.all(List.of(revocation("b", clock.instant())));
    revocations.all(List.of(revocation("b", clock.instant())));
    assertEquals(List.of(1, 2), changes);
    clock.advance(Duration.ofHours(25));
    revocations.all(List.of(revocation("c", clock.instant())));
    assertEquals(1, revocations.size());
  }

  private static final StandardOpenOption APPEND = StandardOpenOption.APPEND;

  private static final Identity IDENTITY =
      Identity.read(
          Configuration.parse(
                  "test.yaml",
                  """
                  issuers:
                    test: { issuer: "%s", jwks: '%s', audiences: [ me ], caller-prefix: "" }
                    machines: { kind: api-keys, keys: [], caller-prefix: "key:" }
                  """
                      .formatted(ISSUER.id(), ISSUER.jwks()),
                  Map.of(),
                  false)
              .root());

  private RevocationFile file() {
    return file(path);
  }

  private RevocationFile file(Path of) {
    var settings = settings(of);
    return new RevocationFile(settings, new Lapse(settings, () -> IDENTITY), clock);
  }

  private static RevocationSettings settings(Path of) {
    return new RevocationSettings(
        Optional.of(of), Optional.empty(), Duration.ofMinutes(1), WithoutStore.CLOSED);
  }

  private Set<String> callers() throws IOException {
    return RevocationFile.read(path).revocations().stream()
        .map(RevocationFileTest::caller)
        .collect(Collectors.toSet());
  }

  private static String caller(Revocation revocation) {
    return revocation.selector().value(Trait.CALLER).orElseThrow();
  }

  private static Set<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(it -> it.getFileName().toString()).collect(Collectors.toSet());
    }
  }

  private static Revocation revocation(String caller, Instant before) {
    return new Revocation(new Selector(Map.of(Trait.CALLER, caller)), before);
  }

  private static String line(String caller, Instant before) {
    return RevocationText.line(revocation(caller, before)) + "\n";
  }
}
