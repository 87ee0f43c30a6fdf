package dev.oneport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each mistake is reported in one line, with what to do, and by the exit code. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BadInputTest {
  private final BadServers servers;

  BadInputTest(@TempDir Path folder) throws IOException {
    servers = new BadServers(folder);
  }

  @AfterAll
  void stop() {
    servers.close();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "no command                    |call                                        |2|name the kind of call",
        "no such command               |call soap                                   |2|no command 'soap'; the commands are: http, grpc, ws, doctor",
        "a command with a typo         |serv --dev                                  |2|no command 'serv'; did you mean serve?; the commands are: serve, call, token, key, policy, revoke, revoked, config, completion",
        "a policy command with a typo  |policy exlain                               |2|no command 'exlain'; did you mean explain?; the commands are: check, explain",
        "a body without a method       |call http /Echo/Ping -d {} --server {server} --token-file"
            + " {mallory}|5|may not call this",
        "a service that is not Echo    |call ws --server {text-socket}              |1|which is not"
            + " JSON as Echo sends",
        "no such option                |call http /ping --insecure                  |2|Unknown"
            + " option: '--insecure'",
        "an invalid time               |call http /ping --timeout soon              |2|is not a"
            + " time such as",
        "no time at all                |call http /ping --timeout 0                 |2|--timeout"
            + " must be above zero",
        "two streams                   |call grpc --watch --chat                    |2|mutually"
            + " exclusive",
        "two credentials               |call grpc --adc --token x                   |2|mutually"
            + " exclusive",
        "roles without a name          |call grpc --dev-roles caller                |2|--dev-as",
        "a negative count              |call grpc --watch --count -1                |2|0 or more",
        "a collect without an end      |call grpc --server {server} --collect -n 0  |2|--count above 0",
        "a token for too long          |token --as alice --ttl 400d                 |2|1s to 24h",
        "a token for no time           |token --as alice --ttl 0                    |2|1s to 24h",
        "a token for half a second     |token --as alice --ttl 500ms                |2|1s to 24h",
        "a token for some time         |token --as alice --ttl long                 |2|is not a"
            + " time such as",
        "a call's token for too long   |call grpc --dev-as alice --dev-ttl 2d       |2|1s to 24h",
        "a role without a name         |token --as alice --roles a,,b               |2|must not be"
            + " empty",
        "an address with a scheme      |call http /ping --server ftp://x            |2|host:port,"
            + " https://",
        "an address with a path        |call http /ping --server https://x/ws       |2|ends after"
            + " the port",
        "an address with a password    |call http /ping --server https://a:secret@x |2|remove it",
        "an invalid port               |call http /ping --server x:99999            |2|1 to 65535",
        "no address                    |call http /ping --server :80                |2|no host",
        "a path without a slash        |call http ping --server {server}            |2|begins with"
            + " /",
        "a name that nobody knows      |call http /ping --server nobody.invalid     |3|spelled"
            + " right",
        "gRPC to a name nobody knows   |call grpc --server nobody.invalid           |3|spelled"
            + " right",
        "WebSocket to such a name      |call ws --server nobody.invalid             |3|spelled"
            + " right",
        "nobody listens                |call http /ping --server {closed}           |3|nothing"
            + " listens there",
        "gRPC where nobody listens     |call grpc --server {closed}                 |3|nothing"
            + " listens there",
        "WebSocket where nobody listens|call ws --server {closed}                   |3|nothing"
            + " listens there",
        "no key file                   |call grpc --key {missing} --audience a      |2|there is no"
            + " file",
        "a key file that is text       |call grpc --key {text} --audience a         |2|is not JSON",
        "a user's credentials as key   |call grpc --key {user} --audience a        "
            + " |2|authorized_user",
        "a key without an audience     |call grpc --key {key}                       |2|give"
            + " --audience",
        "a key that was deleted        |call grpc --server {server} --key {revoked} --audience"
            + " a|4|invalid_grant",
        "the wrong audience            |call grpc --server {server} --key {key} --audience"
            + " https://wrong.test|4|its audience this service",
        "no token file                 |call grpc --server {server} --token-file {missing}|2|there"
            + " is no file",
        "a key as token file           |call grpc --server {server} --token-file {key}    |2|--key",
        "an expired token              |call grpc --server {server} --token-file {stale}  |4|the"
            + " token expired",
        "an expired token on WebSocket |call ws --server {server} --token-file {stale}    |4|the"
            + " token expired",
        "no token                      |call grpc --server {server}                 |4|a token is"
            + " needed",
        "no token on WebSocket         |call ws --server {server}                   |4|a token is"
            + " needed",
        "a caller who may not          |call grpc --server {server} --token-file {mallory}|5|may"
            + " not call this",
        "the same on WebSocket         |call ws --server {server} --token-file {mallory}  |5|may"
            + " not call this",
        "no such path                  |call http /nothing --server {server}        |1|check the"
            + " path",
        "no WebSocket at the path      |call ws --path /ping --server {server}      |6|no WebSocket"
            + " at that path",
        "gRPC to HTTP/1.1 only         |call grpc --server {http1}                  |6|speaks"
            + " HTTP/1.1 only",
        "a stream to HTTP/1.1 only     |call grpc --watch --server {http1}          |6|speaks"
            + " HTTP/1.1 only",
        "gRPC where ALPN has no h2     |call grpc --server https://{tls1} --ca {ca} |6|does not select h2",
        "WebSocket to another server   |call ws --server {http1}                    |6|no WebSocket"
            + " at that path",
        "a login page                  |call http /ping --server {login}            |6|HTML came"
            + " back",
        "a login page for WebSocket    |call ws --server {login}                    |6|no WebSocket"
            + " at that path",
        "a login page for gRPC         |call grpc --server {login2}                 |6|HTML came"
            + " back",
        "a platform that refuses gRPC  |call grpc --server {iam2} --token x         |5|HTML came"
            + " back",
        "a broken gateway              |call http /ping --server {gateway} --retry-for 0|3|HTML"
            + " came back",
        "a broken gateway for WebSocket|call ws --server {gateway} --retry-for 0    |3|HTML came"
            + " back",
        "a broken gateway for gRPC     |call grpc --server {gateway2} --retry-for 0 |3|HTML came"
            + " back",
        "no dev server                 |call grpc --server {server} --dev-as alice  |4|does it run"
            + " with --dev",
        "no dev server for a token     |token --as alice --server http://{server}   |1|does it run"
            + " with --dev",
        "nobody trusts the certificate |call http /ping --server https://{tls}      |3|does not chain to a trusted root",
        "the same with gRPC            |call grpc --server https://{tls}            |3|does not chain to a trusted root",
        "the same with WebSocket       |call ws --server wss://{tls}                |3|does not chain to a trusted root",
        "an expired certificate        |call grpc --server https://{old} --ca {oldca}        "
            + " |3|has expired",
        "the same with HTTP            |call http /ping --server https://{old} --ca {oldca}  "
            + " |3|has expired",
        "another's certificate         |call grpc --server https://{other} --ca {otherca}    "
            + " |3|another name",
        "the same with HTTP            |call http /ping --server https://{other} --ca"
            + " {otherca}|3|another name",
        "TLS to plaintext              |call http /ping --server https://{server}   |3|use http://",
        "gRPC over TLS to plaintext    |call grpc --server https://{server}         |3|use http://",
        "gRPC in plaintext to TLS      |call grpc --server http://{tls}             |3|expects TLS",
        "the same with HTTP            |call http /ping --server http://{tls}       |6|does it expect TLS",
        "the same with WebSocket       |call ws --server ws://{tls}                 |6|does it expect TLS",
        "WebSocket over TLS to plaintext|call ws --server wss://{server}            |3|use http://",
        "a server that is silent       |call http /ping --timeout 300ms --server"
            + " {silent}|3|wait longer with --timeout",
        "the same with gRPC            |call grpc --timeout 300ms --server {silent} |3|sends nothing",
        "the same with WebSocket       |call ws --timeout 300ms --server {silent}   |3|wait longer with --timeout",
        "the same with gRPC over TLS   |call grpc --timeout 300ms --server https://{silent}|3|sends nothing",
        "a proxy that drops upgrades   |call ws --server {noupgrade} --token-file {good}|6|a proxy does not let it through",
        "a server without gRPC         |call grpc --server {nogrpc} --token-file {good}|1|does the"
            + " server mount",
        "a token for somebody else     |call grpc --server {server} --token-file {stray}|4|its"
            + " audience this service",
        "a doctor for no address       |call doctor --server ftp://x                |2|host:port,"
            + " https://",
        "a doctor with a key of text   |call doctor --server {server} --key {text} --audience"
            + " a|2|is not JSON",
        "no CA file                    |call http /ping --server {server} --ca {missing}|2|cannot"
            + " be read",
        "an invalid CA file            |call http /ping --server {server} --ca {text}   |2|contains no certificate"
      })
  void isOneLineAndAnExitCode(String name, String line, int code, String says) {
    var run = CommandRun.ofLine(servers.typed(line));
    assertEquals(code, run.code(), run.toString());
    var last = run.err().lines().toList().getLast();
    assertTrue(last.startsWith("oneport: ") && last.contains(says), run.toString());
    assertTrue(run.err().lines().count() <= 2, "the error, and a retry before it: " + run);
    assertEquals("", run.out());
  }

  /** As with an unset shell variable. */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "token --as",
        "token --as a --server",
        "serve --host",
        "serve --port",
        "serve --config",
        "policy who --route",
        "call grpc --token",
        "call http /ping --server"
      })
  void anEmptyValueIsBlamedOnItsOption(String line) {
    var words = new ArrayList<>(List.of(line.split(" ", -1)));
    var option = words.getLast();
    words.add("");
    var run = CommandRun.of(words.toArray(String[]::new));
    assertEquals(2, run.code(), run.toString());
    assertTrue(
        run.err().startsWith("oneport: " + option + " must not be empty; see 'oneport "),
        run.err());
  }
}
