package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.oneport.config.Configuration;
import dev.oneport.config.InvalidConfiguration;
import dev.oneport.sample.EchoService;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A bad value is blamed on the variable or the option that it came from, and not on the file. */
final class BlameTest {
  private static final String YAML =
      """
      server:
        port: 8080
        idle-timeout: ${IDLE:-15m}
        cors: { origins: [ "https://app.example", "${ORIGINS:-https://b.example}" ] }
      identity:
        issuers:
          google: { preset: google, audiences: [ "https://me.example" ] }
      policy:
        roles: { caller: [ a@corp.example ] }
        rules:
          - { allow: [ anyone ], route: HTTP GET /ping }
          - { allow: [ "${ALLOWED:-caller}" ], route: [ GRPC Echo/*, WS /ws ] }
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PORT                            | abc       | PORT: server.port",
        "--port                          | abc       | --port: server.port",
        "--port                          | 70000     | --port: server.port",
        "--host                          | x.invalid | --host: server.host",
        "ONEPORT_SERVER_PORT             | abc       | ONEPORT_SERVER_PORT: server.port",
        "ONEPORT_SERVER_HOST             | x.invalid | ONEPORT_SERVER_HOST: server.host",
        "ONEPORT_SERVER_HEADER_TIMEOUT   | soon      | ONEPORT_SERVER_HEADER_TIMEOUT:"
            + " server.header-timeout",
        "ONEPORT_SERVER_MAX_BODY_SIZE    | big       | ONEPORT_SERVER_MAX_BODY_SIZE:"
            + " server.max-body-size",
        "ONEPORT_SERVER_PAGE_ENABLED     | perhaps   | ONEPORT_SERVER_PAGE_ENABLED:"
            + " server.page.enabled",
        "ONEPORT_SERVER_CORS_ORIGINS     | nonsense  | ONEPORT_SERVER_CORS_ORIGINS:"
            + " server.cors.origins",
        "ONEPORT_SERVER_HTTP2_STALL_TIMEOUT | never  | ONEPORT_SERVER_HTTP2_STALL_TIMEOUT:"
            + " server.http2.stall-timeout",
        "ONEPORT_AUDIT_SAMPLE_ALLOWED    | 200       | ONEPORT_AUDIT_SAMPLE_ALLOWED:"
            + " audit.sample-allowed",
        "ONEPORT_AUDIT_OVERFLOW          | maybe     | ONEPORT_AUDIT_OVERFLOW: audit.overflow",
        "ONEPORT_SERVER_PRT              | 1         | ONEPORT_SERVER_PRT: names no setting",
        "IDLE                            | long      | IDLE (test.yaml:3): server.idle-timeout",
        "ORIGINS                         | nonsense  | ORIGINS (test.yaml:4): server.cors.origins",
        "ALLOWED                         | caler     | ALLOWED (test.yaml:12): policy.rules.1.allow"
      })
  void aBadValueIsBlamedOnItsSource(String name, String value, String blamed) {
    var configuration = Configuration.parse("test.yaml", YAML, Map.of(name, value), false);
    var found =
        assertThrows(
                InvalidConfiguration.class,
                () -> Plan.read(configuration, List.of(new EchoService()), Optional.empty()))
            .problems();
    assertEquals(1, found.size(), found.toString());
    var text = found.getFirst().toString();
    assertEquals(blamed, text.substring(0, Math.min(blamed.length(), text.length())), text);
  }
}
