package dev.oneport.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code oneport call}: calls a server as its clients do. */
@Command(
    name = "call",
    description = "Call a server over HTTP, gRPC or WebSocket, or find out why that fails.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      CallHttpCommand.class,
      CallGrpcCommand.class,
      CallWebSocketCommand.class,
      CallDoctorCommand.class
    },
    exitCodeListHeading = CallCommand.CODES,
    exitCodeList = {
      CallCommand.DONE,
      CallCommand.FAILED,
      CallCommand.WRONG,
      CallCommand.UNREACHABLE,
      CallCommand.UNAUTHENTICATED,
      CallCommand.NOT_ALLOWED,
      CallCommand.NOT_THE_SERVER
    },
    footer = {
      "",
      "Examples, with a server that runs with --dev:",
      "  oneport call http /ping",
      "  oneport call grpc --dev-as alice@example.com --dev-roles caller",
      "  oneport call ws --dev-as alice@example.com --dev-roles caller --count 3",
      "and with one on Cloud Run:",
      "  oneport call grpc --server https://echo-abc.a.run.app --key key.json",
      "  oneport call doctor --server https://echo-abc.a.run.app --adc"
    })
final class CallCommand implements Runnable {
  static final String CODES = "%nExit codes:%n";
  static final String DONE = "0:done";
  static final String FAILED = "1:the server answered with an error";
  static final String WRONG =
      "2:the command line, a file or an address is invalid; nothing was sent";
  static final String UNREACHABLE = "3:the server cannot be reached, or was lost";
  static final String UNAUTHENTICATED = "4:the server requires a token, or rejects this one (401)";
  static final String NOT_ALLOWED = "5:the caller may not call this (403)";
  static final String NOT_THE_SERVER =
      "6:something other than the server answered, or gRPC does not get through";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "name the kind of call: http, grpc, ws or doctor");
  }
}
