package dev.oneport.cli;

import dev.oneport.client.CallFailed;
import dev.oneport.client.Endpoint;
import dev.oneport.client.Failure;
import dev.oneport.client.InvalidInput;
import dev.oneport.client.Observer;
import dev.oneport.json.Json;
import dev.oneport.sample.tool.Answer;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.spi.JsonProvider;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import picocli.CommandLine;

/** Prints results on standard output, progress and errors on standard error. */
final class Results implements Observer {
  /** {@code Json} would search the class path for its provider on every call. */
  static final JsonProvider JSON = Json.PROVIDER;

  /** The reader of the results has closed the pipe, so there is nothing left to do. */
  static final class PipeClosed extends RuntimeException {}

  private static final double NANOS = 1e9;

  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean json;
  private final boolean quiet;

  Results(CommandLine commandLine, boolean json, boolean quiet) {
    this.out = commandLine.getOut();
    this.err = commandLine.getErr();
    this.json = json;
    this.quiet = quiet;
  }

  /** Prints a result as one line, or as a JSON object. */
  void print(String line, JsonObjectBuilder object) {
    write(Printable.line(json ? object.build().toString() : line));
  }

  /** Prints a result that is JSON on one line, with or without {@code --json}. */
  void printJson(String line) {
    write(Printable.line(line));
  }

  /** Prints an answer of a stream. */
  void print(Answer answer) {
    print(
        answer.number() + " " + answer.text(),
        JSON.createObjectBuilder().add("number", answer.number()).add("message", answer.text()));
  }

  /** Prints a result as text of several lines, or as a JSON object. */
  void printText(String text, JsonObjectBuilder object) {
    write(json ? Printable.line(object.build().toString()) : Printable.text(text));
  }

  private void write(String text) {
    out.println(text);
    if (out.checkError()) {
      throw new PipeClosed();
    }
  }

  /** Prints progress, unless {@code --quiet} is set. */
  void note(String text) {
    if (!quiet) {
      error(text);
    }
  }

  private void error(String text) {
    err.println("oneport: " + Printable.line(text));
  }

  @Override
  public void retrying(Failure failure, Duration pause) {
    note(
        String.format(
            Locale.ROOT, "%s; trying again in %.1f s", failure.text(), pause.toNanos() / NANOS));
  }

  /** Prints the error for invalid input, and returns its exit code. */
  int invalid(InvalidInput wrong) {
    var message = String.valueOf(wrong.getMessage());
    error(message);
    printError("INVALID_INPUT", "", message, "", Duration.ZERO);
    return ExitCode.CONFIGURATION;
  }

  /** Prints the error of a failed call, and returns its exit code. */
  int failed(CallFailed failed, Endpoint server) {
    var failure = failed.failure();
    var advice = Advice.onCall(failure, server);
    error(failure.text() + "; " + advice);
    printError(failure.problem().name(), failure.status(), failure.text(), advice, failure.delay());
    return ExitCode.of(failure.problem());
  }

  private void printError(
      String problem, String status, String detail, String advice, Duration wait) {
    if (json) {
      var error =
          JSON.createObjectBuilder()
              .add("problem", problem)
              .add("status", status)
              .add("detail", detail)
              .add("advice", advice)
              .add("wait", wait.toSeconds());
      out.println(
          Printable.line(JSON.createObjectBuilder().add("error", error).build().toString()));
    }
  }
}
