package dev.oneport.fleet;

import dev.oneport.config.FileWatch;
import java.io.IOException;
import java.io.Serial;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Revocations in a file that several servers watch. Each looks at it several times a second; what
 * is wrong in it is logged once, and takes nothing back.
 */
public final class RevocationFile implements RevocationStore {
  /** The largest file, in bytes. */
  static final int MOST_BYTES = 4 << 20;

  private static final System.Logger LOG = System.getLogger("dev.oneport");
  private static final Duration LOOK = Duration.ofMillis(200);

  private final Path file;
  private final RevocationAppender appender;
  private volatile Map<Path, String> lastRead;
  private @Nullable FileWatch watch;

  /** The file of these settings. */
  public RevocationFile(RevocationSettings settings, Lapse lapse, InstantSource wall) {
    this.file = settings.file().orElseThrow();
    this.appender = new RevocationAppender(file, lapse, wall);
    this.lastRead = Map.of(file, "");
  }

  @Override
  public String place() {
    return file.toString();
  }

  @Override
  public RevocationText content() throws IOException {
    return read(file);
  }

  @Override
  public void add(List<Revocation> revocations) throws IOException {
    appender.append(revocations);
  }

  @Override
  public void watch(Heard heard, Supplier<List<Revocation>> known) {
    look(heard);
    watch = new FileWatch("revocations", LOOK, () -> lastRead, () -> look(heard));
  }

  private void look(Heard heard) {
    try {
      var text = text(file);
      var read = RevocationText.parse(text);
      heard.all(read.revocations());
      lastRead = Map.of(file, text);
      if (read.bad() > 0) {
        LOG.log(
            System.Logger.Level.ERROR,
            "{0}: {1}; all other lines count, and nothing that was revoked is given back",
            file,
            String.join("; ", read.problems()));
      }
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.ERROR, "{0}; what was revoked before stays revoked", e.getMessage());
    }
  }

  /**
   * Reads and parses a file.
   *
   * @throws IOException if it cannot be read; the message names it
   */
  static RevocationText read(Path file) throws IOException {
    return RevocationText.parse(text(file));
  }

  static String text(Path file) throws IOException {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new UnusableFile(file + " is larger than " + MOST_BYTES + " bytes");
      }
      var bytes = Files.readAllBytes(file);
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (UnusableFile e) {
      throw e;
    } catch (NoSuchFileException e) {
      throw new UnusableFile("there is no file " + file + "; create an empty one");
    } catch (AccessDeniedException e) {
      throw new UnusableFile(file + " may not be read");
    } catch (CharacterCodingException e) {
      throw new UnusableFile(file + " is not UTF-8");
    } catch (IOException e) {
      throw new UnusableFile(file + " cannot be read");
    }
  }

  @Override
  public void close() {
    var started = watch;
    if (started != null) {
      started.close();
    }
  }

  /** The message is for the operator. */
  static final class UnusableFile extends IOException {
    @Serial private static final long serialVersionUID = 1;

    UnusableFile(String message) {
      super(message);
    }
  }
}
