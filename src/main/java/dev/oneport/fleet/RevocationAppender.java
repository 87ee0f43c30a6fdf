package dev.oneport.fleet;

import dev.oneport.fleet.RevocationFile.UnusableFile;
import dev.oneport.fleet.RevocationText.Line;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Writes revocations to their file: one process at a time, each line in one piece, on the disk when
 * it is done. When most lines have lapsed or are repeated it replaces the file by the others.
 */
final class RevocationAppender {
  private static final System.Logger LOG = System.getLogger("dev.oneport");

  /** Lines that lapsed less than this ago stay: the clocks of others may be behind. */
  private static final Duration MARGIN = Duration.ofMinutes(10);

  /** Fewer lines that have no effect are not worth a new file. */
  private static final int WORTH = 100;

  private final Path named;
  private final Lapse lapse;
  private final InstantSource wall;

  RevocationAppender(Path file, Lapse lapse, InstantSource wall) {
    this.named = file;
    this.lapse = lapse;
    this.wall = wall;
  }

  /**
   * Adds lines.
   *
   * @throws IOException if they were not added; the message is for the operator
   */
  void append(List<Revocation> revocations) throws IOException {
    // The file may be reached by links, which stay as they are.
    var file = Files.exists(named) ? named.toRealPath() : named.toAbsolutePath();
    try (var _ = LockedFile.of(file)) {
      var text = Files.exists(file) ? RevocationFile.text(file) : "";
      var read = RevocationText.parse(text);
      var lines = new StringBuilder(text.isEmpty() || text.endsWith("\n") ? "" : "\n");
      revocations.forEach(it -> lines.append(RevocationText.line(it)).append('\n'));
      var left = left(read.lines());
      int over = read.lines().size() - left.size();
      var fits = fits(text, lines, read.lines().size() + revocations.size());
      var fewer = text(left);
      if (read.bad() == 0
          && over > 0
          && (!fits || (over >= WORTH && over >= left.size()))
          && fits(fewer, lines, left.size() + revocations.size())) {
        fits |= replace(file, fewer);
      }
      if (!fits) {
        throw new UnusableFile(
            named
                + " is full: it holds "
                + left.size()
                + " revocations that still count, of at most "
                + RevocationText.MOST
                + " in "
                + RevocationFile.MOST_BYTES
                + " bytes");
      }
      write(file, lines.toString());
    } catch (UnusableFile e) {
      throw e;
    } catch (IOException e) {
      throw new UnusableFile(named + " cannot be written, with a lock beside it: " + e);
    }
  }

  private static boolean fits(String text, CharSequence added, int count) {
    var bytes = (text + added).getBytes(StandardCharsets.UTF_8).length;
    return bytes <= RevocationFile.MOST_BYTES && count <= RevocationText.MOST;
  }

  /** The lines that have an effect; of several for the same credentials, the newest. */
  private List<Line> left(List<Line> lines) {
    var now = wall.instant().minus(MARGIN);
    var newest = new LinkedHashMap<Selector, Line>();
    for (var line : lines) {
      newest.merge(
          line.revocation().selector(),
          line,
          (a, b) -> b.revocation().before().isAfter(a.revocation().before()) ? b : a);
    }
    return newest.values().stream().filter(line -> !lapse.isOver(line.revocation(), now)).toList();
  }

  private static String text(List<Line> lines) {
    var text = new StringBuilder();
    lines.forEach(line -> text.append(line.text()).append('\n'));
    return text.toString();
  }

  private static void write(Path file, String lines) throws IOException {
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      write(channel, lines);
    }
  }

  private static void write(FileChannel channel, String text) throws IOException {
    var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    channel.force(true);
  }

  /**
   * Replaces the file at once: readers see the old one or the new one.
   *
   * @return false if that is not possible here, and nothing has changed
   */
  private static boolean replace(Path file, String text) {
    try {
      tryReplace(file, text);
      return true;
    } catch (IOException | RuntimeException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "{0} cannot be replaced by one without lapsed lines: {1}",
          file,
          e);
      return false;
    }
  }

  private static void tryReplace(Path file, String text) throws IOException {
    var fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      try (var channel =
          FileChannel.open(
              fresh,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        copyRights(file, fresh);
        write(channel, text);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      try (var folder = FileChannel.open(file.resolveSibling("."), StandardOpenOption.READ)) {
        folder.force(true);
      }
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /** Others that read the file must be able to read the new one. */
  private static void copyRights(Path from, Path to) throws IOException {
    var rights = Files.getFileAttributeView(from, PosixFileAttributeView.class);
    var fresh = Files.getFileAttributeView(to, PosixFileAttributeView.class);
    if (rights != null && fresh != null) {
      var read = rights.readAttributes();
      var own = fresh.readAttributes();
      if (!own.owner().equals(read.owner())) {
        fresh.setOwner(read.owner());
      }
      if (!own.group().equals(read.group())) {
        fresh.setGroup(read.group());
      }
      fresh.setPermissions(read.permissions());
    }
  }
}
