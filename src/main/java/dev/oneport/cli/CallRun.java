package dev.oneport.cli;

import dev.oneport.client.CallFailed;
import dev.oneport.client.Endpoint;
import dev.oneport.client.InvalidInput;
import dev.oneport.client.OnePortClient;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;

/** Runs one call: makes the client, prints what comes of it, and gives the exit code. */
final class CallRun {
  /** Held here, because a logger that nobody holds forgets its level. */
  private static final List<Logger> LIBRARIES =
      List.of(Logger.getLogger("io.grpc"), Logger.getLogger("com.google"));

  /** A call. */
  @FunctionalInterface
  interface Call {
    void make(OnePortClient client, Results results) throws InterruptedException;
  }

  private CallRun() {}

  static int run(CommandLine commandLine, CallOptions options, Call call)
      throws InterruptedException {
    silenceLibraries();
    var results = new Results(commandLine, options.json, options.quiet);
    Endpoint endpoint;
    try {
      endpoint = options.endpoint();
    } catch (InvalidInput e) {
      return results.invalid(e);
    }
    try (var client = options.client(endpoint, results)) {
      call.make(client, results);
      return ExitCode.OK;
    } catch (InvalidInput e) {
      return results.invalid(e);
    } catch (CallFailed e) {
      return results.failed(e, endpoint);
    } catch (Results.NobodyReads e) {
      return ExitCode.OK;
    }
  }

  /** What the libraries would log is said here in one line, and theirs may hold a token. */
  static void silenceLibraries() {
    LIBRARIES.forEach(library -> library.setLevel(Level.OFF));
  }
}
