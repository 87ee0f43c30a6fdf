package dev.oneport.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The command line in a separate process. */
public final class ServerProcess implements AutoCloseable {
  private static final int SECONDS = 60;
  private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");
  private static final Pattern LISTENING = Pattern.compile("listening on port (\\d+)");

  private final Process process;
  private final Output out;
  private final Output err;

  private ServerProcess(Process process) {
    this.process = process;
    this.out = new Output(process.getInputStream());
    this.err = new Output(process.getErrorStream());
  }

  /** Starts {@code oneport} with these arguments, and with only the given environment. */
  public static ServerProcess start(
      Map<String, String> environment, Path folder, String... arguments) {
    return start(environment, folder, List.of(), arguments);
  }

  /** The same with an addition to the class path. */
  public static ServerProcess start(
      Map<String, String> environment, Path folder, List<Path> classPath, String... arguments) {
    return start(environment, folder, command(classPath, arguments));
  }

  /** The same with a shell's redirection of standard output, such as {@code >&-}. */
  public static ServerProcess startRedirected(
      String redirection, Map<String, String> environment, Path folder, String... arguments) {
    var command = new ArrayList<>(List.of("/bin/sh", "-c", "exec \"$@\" " + redirection, "sh"));
    command.addAll(command(List.of(), arguments));
    return start(environment, folder, command);
  }

  /** The same with shell commands in front, such as {@code ulimit -n 600; exec taskset -c 0}. */
  public static ServerProcess startWith(
      String before,
      Map<String, String> environment,
      Path folder,
      List<Path> classPath,
      String... arguments) {
    var command = new ArrayList<>(List.of("/bin/sh", "-ec", before + " \"$@\"", "sh"));
    command.addAll(command(classPath, arguments));
    return start(environment, folder, command);
  }

  /** Runs shell commands, the last of which replaces the shell with the server. */
  public static ServerProcess startScript(
      Map<String, String> environment, Path folder, String script) {
    return start(environment, folder, List.of("/bin/sh", "-ec", script));
  }

  private static List<String> command(List<Path> classPath, String... arguments) {
    var path = new StringBuilder(System.getProperty("java.class.path"));
    classPath.forEach(entry -> path.append(File.pathSeparator).append(entry));
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            path.toString(),
            "dev.oneport.Main"));
    command.addAll(List.of(arguments));
    return command;
  }

  private static ServerProcess start(
      Map<String, String> environment, Path folder, List<String> command) {
    try {
      var builder = new ProcessBuilder(command).directory(folder.toFile());
      builder.environment().clear();
      builder.environment().putAll(environment);
      return new ServerProcess(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public long pid() {
    return process.pid();
  }

  /** The process's peak memory in bytes, since the last reset. */
  public long peakMemory() throws IOException {
    var status = Files.readString(Path.of("/proc/" + pid() + "/status"));
    var peak = PEAK.matcher(status).results().findFirst().orElseThrow();
    return Long.parseLong(peak.group(1)) << 10;
  }

  /** Resets the kernel's peak value. */
  public void forgetPeakMemory() {
    try {
      Files.writeString(Path.of("/proc/" + pid() + "/clear_refs"), "5");
    } catch (IOException e) {
      // Without it, the peak covers the whole run, which is good enough.
    }
  }

  /** Waits until the server listens. */
  public int port() throws InterruptedException {
    return Integer.parseInt(out.await(LISTENING).group(1));
  }

  /** Waits for a pattern on standard output, and returns its first group. */
  public String await(String pattern) throws InterruptedException {
    return out.await(Pattern.compile(pattern, Pattern.DOTALL)).group(1);
  }

  /** Waits for a pattern on standard error, and returns its first group. */
  public String awaitError(String pattern) throws InterruptedException {
    return err.await(Pattern.compile(pattern, Pattern.DOTALL)).group(1);
  }

  /** Sends SIGTERM, as a platform does. */
  public ServerProcess terminate() {
    // Not destroy(), which also closes the streams.
    process.toHandle().destroy();
    return this;
  }

  /** Sends another signal. */
  public void signal(String name) throws IOException, InterruptedException {
    var _ = new ProcessBuilder("kill", "-" + name, String.valueOf(pid())).start().waitFor();
  }

  /** Waits for the end. */
  public int exitCode() throws InterruptedException {
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("still running: " + output());
    }
    out.join();
    err.join();
    return process.exitValue();
  }

  public String out() {
    return out.toString();
  }

  public String err() {
    return err.toString();
  }

  /** Everything written so far. */
  public String output() {
    return out + "\n" + err;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
