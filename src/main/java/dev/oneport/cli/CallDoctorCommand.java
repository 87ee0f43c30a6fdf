package dev.oneport.cli;

import dev.oneport.client.Doctor;
import dev.oneport.client.Endpoint;
import dev.oneport.client.Finding;
import dev.oneport.client.Finding.Grade;
import dev.oneport.client.InvalidInput;
import dev.oneport.sample.tool.EchoChecks;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code oneport call doctor}. */
@Command(
    name = "doctor",
    description = {
      "Check the usual causes of trouble between a client and a server, and say what to do.",
      "Checks the name, TLS, HTTP/1.1, HTTP/2, the clock, the token, and each kind of call.",
      "Nothing is retried, whatever --retry-for says."
    },
    exitCodeListHeading = CallCommand.CODES,
    exitCodeList = {"0:nothing is wrong", "1:something is wrong", CallCommand.WRONG},
    footer = {
      "",
      "Examples:",
      "  oneport call doctor --dev-as alice@example.com --dev-roles caller",
      "  oneport call doctor --server https://echo-abc.a.run.app --adc"
    })
final class CallDoctorCommand implements Callable<Integer> {
  private static final Duration LONGEST = Duration.ofSeconds(10);

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private CallOptions options = new CallOptions();

  @Override
  public Integer call() throws InterruptedException {
    var results = new Results(spec.commandLine(), options.json, options.quiet);
    CallingCommand.silenceLibraries();
    try {
      var endpoint = options.endpoint();
      var timeout = options.timeout.compareTo(LONGEST) < 0 ? options.timeout : LONGEST;
      var doctor =
          new Doctor(
              endpoint,
              options.trust(),
              options.tokens(endpoint),
              options.checkedAudience(endpoint),
              timeout,
              Clock.systemUTC(),
              EchoChecks::new);
      var well = doctor.examine(finding -> print(finding, endpoint, results));
      results.note(well ? "nothing is wrong" : "something is wrong");
      return well ? ExitCode.OK : ExitCode.FAILED;
    } catch (InvalidInput e) {
      return results.invalid(e);
    }
  }

  private static void print(Finding finding, Endpoint server, Results results) {
    var advice =
        finding.advice().isEmpty()
            ? finding.problem().map(problem -> Advice.on(problem, server)).orElse("")
            : finding.advice();
    var text =
        String.format(
            Locale.ROOT, "%-5s  %-20s  %s", mark(finding.grade()), finding.check(), finding.text());
    results.printText(
        advice.isEmpty() ? text : text + "\n" + " ".repeat(7) + "-> " + advice,
        Results.JSON
            .createObjectBuilder()
            .add("check", finding.check())
            .add("grade", finding.grade().name())
            .add("text", finding.text())
            .add("advice", advice));
  }

  private static String mark(Grade grade) {
    return switch (grade) {
      case GOOD -> "ok";
      case NOTE -> "note";
      case WRONG -> "WRONG";
      case SKIPPED -> "-";
    };
  }
}
