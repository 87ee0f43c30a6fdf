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

/** What a call prints: results on standard output, progress and errors on standard error. */
final class Results implements Observer {
  /** Json itself would look for its provider in every jar again, each time. */
  static final JsonProvider JSON = Json.PROVIDER;

  /** The reader of the results has closed its end: there is nothing left to do. */
  static final class NobodyReads extends RuntimeException {}

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

  /** A result of one line, or an object. */
  void print(String line, JsonObjectBuilder object) {
    write(Printable.line(json ? object.build().toString() : line));
  }

  /** A result that is JSON of one line, whatever was asked for. */
  void printJson(String line) {
    write(Printable.line(line));
  }

  /** An answer of a stream. */
  void print(Answer answer) {
    print(
        answer.number() + " " + answer.text(),
        JSON.createObjectBuilder().add("number", answer.number()).add("message", answer.text()));
  }

  /** A result that may have several lines, or an object. */
  void printText(String text, JsonObjectBuilder object) {
    write(json ? Printable.line(object.build().toString()) : Printable.text(text));
  }

  private void write(String text) {
    out.println(text);
    if (out.checkError()) {
      throw new NobodyReads();
    }
  }

  /** Progress, for a person. */
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
        String.format(Locale.ROOT, "%s; again in %.1f s", failure.text(), pause.toNanos() / NANOS));
  }

  /** Something is wrong with what was asked for. */
  int invalid(InvalidInput wrong) {
    var says = String.valueOf(wrong.getMessage());
    error(says);
    printError("INVALID_INPUT", "", says, "", Duration.ZERO);
    return ExitCode.CONFIGURATION;
  }

  /** The call failed. */
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
