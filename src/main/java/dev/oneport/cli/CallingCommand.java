package dev.oneport.cli;

import dev.oneport.client.CallFailed;
import dev.oneport.client.Endpoint;
import dev.oneport.client.InvalidInput;
import dev.oneport.client.OnePortClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that makes one call: creates the client, prints errors, and returns the exit code. */
@Command(
    exitCodeListHeading = CallCommand.CODES,
    exitCodeList = {
      CallCommand.DONE,
      CallCommand.FAILED,
      CallCommand.WRONG,
      CallCommand.UNREACHABLE,
      CallCommand.UNAUTHENTICATED,
      CallCommand.NOT_ALLOWED,
      CallCommand.NOT_THE_SERVER
    })
abstract class CallingCommand implements Callable<Integer> {
  /** Strong references, because a logger that is garbage-collected loses its level. */
  private static final List<Logger> LIBRARIES =
      List.of(Logger.getLogger("io.grpc"), Logger.getLogger("com.google"));

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private CallOptions options = new CallOptions();

  /** Makes the call, and prints its results. */
  abstract void call(OnePortClient client, Results results) throws InterruptedException;

  /** The time allowed for each answer. */
  Duration timeout() {
    return options.timeout;
  }

  @Override
  public final Integer call() throws InterruptedException {
    silenceLibraries();
    var results = new Results(spec.commandLine(), options.json, options.quiet);
    Endpoint endpoint;
    try {
      endpoint = options.endpoint();
    } catch (InvalidInput e) {
      return results.invalid(e);
    }
    try (var client = options.client(endpoint, results)) {
      call(client, results);
      return ExitCode.OK;
    } catch (InvalidInput e) {
      return results.invalid(e);
    } catch (CallFailed e) {
      return results.failed(e, endpoint);
    } catch (Results.PipeClosed e) {
      return ExitCode.OK;
    }
  }

  /**
   * Silences the libraries' logs: failures are reported here in one line, and the libraries'
   * messages may contain a token.
   */
  static void silenceLibraries() {
    LIBRARIES.forEach(library -> library.setLevel(Level.OFF));
  }
}
