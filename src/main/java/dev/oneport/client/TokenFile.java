package dev.oneport.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A token in a file that another process keeps up to date, such as Kubernetes with projected
 * tokens. The file is read again when it changes; while it is missing, the last token read stays in
 * use.
 */
public final class TokenFile implements TokenSource {
  private static final int LONGEST = 64 << 10;

  /** Differs when the file has changed or was replaced. */
  private record Stamp(long size, long modified, String key) {}

  private final Path file;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Stamp seen;
  private @Nullable BearerToken token;

  public TokenFile(Path file) {
    this.file = file;
  }

  /**
   * The token in the file now.
   *
   * @throws InvalidInput if no token could be read so far, or the changed file does not contain a
   *     token
   */
  @Override
  public Optional<BearerToken> token() {
    lock.lock();
    try {
      return Optional.of(current());
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean renew(BearerToken refused) {
    lock.lock();
    try {
      seen = null;
      return !current().equals(refused);
    } finally {
      lock.unlock();
    }
  }

  private BearerToken current() {
    var last = token;
    try {
      var stamp = stamp();
      if (last == null || !stamp.equals(seen)) {
        last = read();
        seen = stamp;
        token = last;
      }
      return last;
    } catch (IOException e) {
      if (last == null) {
        throw unreadable(e);
      }
      return last;
    }
  }

  private Stamp stamp() throws IOException {
    var attributes = Files.readAttributes(file, BasicFileAttributes.class);
    return new Stamp(
        attributes.size(),
        attributes.lastModifiedTime().toMillis(),
        String.valueOf(attributes.fileKey()));
  }

  private BearerToken read() throws IOException {
    try (var stream = Files.newInputStream(file)) {
      return BearerToken.of(
          new String(stream.readNBytes(LONGEST + 1), StandardCharsets.ISO_8859_1));
    } catch (InvalidInput e) {
      throw new InvalidInput(file + ": " + e.getMessage());
    }
  }

  private InvalidInput unreadable(IOException e) {
    return new InvalidInput(
        switch (e) {
          case NoSuchFileException _ -> "there is no file " + file;
          case AccessDeniedException _ -> file + " may not be read";
          default -> file + " cannot be read";
        });
  }
}
