package dev.oneport.cli;

import dev.oneport.client.InvalidInput;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.FileReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A value of the option {@code -d}: the text itself, or {@code @FILE}, or {@code @-} for standard
 * input.
 */
record Data(String given) {
  private static final String STDIN = "@-";

  /** The body of a request; a file is streamed, and standard input can be sent only once. */
  BodyPublisher body() {
    if (given.equals(STDIN)) {
      var once = new AtomicReference<@Nullable InputStream>(System.in);
      return BodyPublishers.ofInputStream(() -> once.getAndSet(null));
    }
    if (!isFile()) {
      return BodyPublishers.ofString(given);
    }
    try {
      return BodyPublishers.ofFile(file());
    } catch (FileNotFoundException e) {
      throw unreadable();
    }
  }

  /** A reader of the text. */
  Reader reader() {
    if (given.equals(STDIN)) {
      return new InputStreamReader(System.in, StandardCharsets.UTF_8);
    }
    if (!isFile()) {
      return new StringReader(given);
    }
    try {
      return new FileReader(file().toFile(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw unreadable();
    }
  }

  /**
   * The texts: one from an argument or a file; from standard input one per line, as each arrives.
   */
  Stream<String> texts() {
    return given.equals(STDIN)
        ? new BufferedReader(reader()).lines()
        : Stream.of(isFile() ? new String(bytes(), StandardCharsets.UTF_8) : given);
  }

  /** The bytes. */
  byte[] bytes() {
    try {
      return given.equals(STDIN)
          ? System.in.readAllBytes()
          : isFile() ? Files.readAllBytes(file()) : given.getBytes(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw unreadable();
    }
  }

  private boolean isFile() {
    return given.startsWith("@");
  }

  private Path file() {
    return Path.of(given.substring(1));
  }

  private InvalidInput unreadable() {
    return new InvalidInput("the file in -d " + given + " cannot be read; is it there?");
  }
}
