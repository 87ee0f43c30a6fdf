package dev.oneport.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.sample.EchoService;
import dev.oneport.server.Plan;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Settings that look right, and could never hold or bound anything, stop the start with their line
 * and with what to write.
 */
final class ImpossibleSettingsTest {
  private static final String BASE =
      """
      identity:
        issuers:
          mail: { preset: google, audiences: [ me ], caller-prefix: "g:", claims: [ scope, exp, level, tenant ] }
          corp: { issuer: "https://corp.example", audiences: [ me ], caller-prefix: "c:", roles-claim: groups, roles: [ ops ] }
          app: { preset: entra, tenants: [ 72f988bf-86f1-41af-91ab-2d7cd011db47 ], audiences: [ me ], caller-prefix: "e:" }
          pool: { preset: cognito, issuer: "https://pool.example", audiences: [ me ], caller-prefix: "p:" }
      policy:
        roles: { crew: { callers: [ "g:alice@corp.example" ], groups: [ ops ] } }
        rules:
          - { allow: [ crew ], route: [ HTTP GET /ping, GRPC Echo/* ] }
          - { allow: [ "g:*@corp.example", "c:bob" ], route: WS /ws }
        quotas:
          - { for: [ "c:bob" ], calls-per-second: 5 }
          - { for: [ authenticated ], calls-per-second: 10 }
      """;

  /** For places where these characters cannot be seen. */
  private static String visible(String text) {
    return text.replace("<ZWSP>", "\u200b")
        .replace("<NBSP>", "\u00a0")
        .replace("<BOM>", "\ufeff")
        .replace("<RLO>", "\u202e")
        .replace("<SHY>", "\u00ad")
        .replace("<NUL>", "\\0")
        .replace("<CYR-A>", "\u0430")
        .replace("<GREEK-O>", "\u03bf")
        .replace("<E-ACUTE-NFD>", "e\u0301");
  }

  @Test
  void asItIsItIsGood() {
    assertEquals(List.of(), problems(BASE, Map.of()));
  }

  @ParameterizedTest(name = "{0}: {1} -> {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "space in an audience|audiences: [ me ], caller-prefix: \"g:\"|audiences: [ \"me \" ], caller-prefix: \"g:\"|3: identity.issuers.mail.audiences.0|begins or ends with a blank",
        "an empty audience|audiences: [ me ], caller-prefix: \"g:\"|audiences: [ me, \"\" ], caller-prefix: \"g:\"|3: identity.issuers.mail.audiences.1|must not be empty; leave the item out",
        "null in a list|audiences: [ me ], caller-prefix: \"g:\"|audiences: [ me, null ], caller-prefix: \"g:\"|3: identity.issuers.mail.audiences.1|must not be empty",
        "quotes in an audience|audiences: [ me ], caller-prefix: \"g:\"|audiences: [ '\"me\"' ], caller-prefix: \"g:\"|3: identity.issuers.mail.audiences.0|has quotes at both ends",
        "an invisible character in an audience|audiences: [ me ], caller-prefix: \"g:\"|audiences: [ \"m<ZWSP>e\" ], caller-prefix: \"g:\"|3: identity.issuers.mail.audiences.0|invisible character U+200B at position 2",
        "a no-break space in a group|groups: [ ops ]|groups: [ \"Domain<NBSP>Admins\" ]|8: policy.roles.crew.groups.0|invisible character U+00A0",
        "a soft hyphen in a caller|\"c:bob\" ], route|\"c:b<SHY>ob\" ], route|11: policy.rules.1.allow.1|invisible character U+00AD",
        "a direction mark in a caller|\"c:bob\" ], route|\"c:<RLO>bob\" ], route|11: policy.rules.1.allow.1|invisible character U+202E",
        "a null character|\"c:bob\" ], route|\"c:b<NUL>ob\" ], route|11: policy.rules.1.allow.1|invisible character U+0000",
        "a mark of byte order in an issuer|https://corp.example|<BOM>https://corp.example|4: identity.issuers.corp.issuer|invisible character U+FEFF",
        "a Cyrillic letter in a caller|g:alice@corp.example|g:<CYR-A>lice@corp.example|8: policy.roles.crew.callers.0|letters of several scripts in one word",
        "a Greek letter in a group|groups: [ ops ]|groups: [ \"<GREEK-O>ps\" ]|8: policy.roles.crew.groups.0|letters of several scripts in one word",
        "accents apart|\"c:bob\" ], route|\"c:Andr<E-ACUTE-NFD>\" ], route|11: policy.rules.1.allow.1|Unicode's form NFC",
        "an invisible character in a role's name|roles: { crew:|roles: { \"cr<ZWSP>ew\":|8: policy.roles.cr|its key has the invisible character U+200B",
        "an invisible character in an issuer's name|    mail:|    \"ma<ZWSP>il\":|3: identity.issuers.ma|its key has the invisible character U+200B",
        "an invisible character in a required claim|claims: [ scope|require: { \"h<ZWSP>d\": x }, claims: [ scope|3: identity.issuers.mail.require.h|its key has the invisible character",
        "a blank in a required value|claims: [ scope|require: { hd: \"corp.example \" }, claims: [ scope|3: identity.issuers.mail.require.hd|begins or ends with a blank",
        "a blank in a required claim|claims: [ scope|require: { \"hd \": corp.example }, claims: [ scope|3: identity.issuers.mail.require.hd |begins or ends with a blank",
        "a blank in a claim|claims: [ scope|claims: [ \"scope \"|3: identity.issuers.mail.claims.0|begins or ends with a blank",
        "a blank in a group|groups: [ ops ]|groups: [ \"ops \" ]|8: policy.roles.crew.groups.0|begins or ends with a blank",
        "the country Norway|claims: [ scope|require: { country: [ NO, SE ] }, claims: [ scope|3: identity.issuers.mail.require.country.0|'NO' means false to YAML: write \"NO\" in quotes",
        "a group called on|groups: [ ops ]|groups: [ on ]|8: policy.roles.crew.groups.0|'on' means true to YAML",
        "a caller called yes|[ \"g:*@corp.example\", \"c:bob\" ]|yes|11: policy.rules.1.allow|'yes' means true to YAML",
        "an audience called Off|audiences: [ me ], caller-prefix: \"g:\"|audiences: Off, caller-prefix: \"g:\"|3: identity.issuers.mail.audiences|'Off' means false to YAML",
        "a prefix called no|caller-prefix: \"g:\"|caller-prefix: no|3: identity.issuers.mail.caller-prefix|'no' means false to YAML",
        "another issuer is required|claims: [ scope|require: { iss: \"https://other.example\" }, claims: [ scope|3: identity.issuers.mail.require.iss|never another than the issuer's",
        "an unverified address is required|claims: [ scope|require: { email_verified: false }, claims: [ scope|3: identity.issuers.mail.require.email_verified|must be true unless require-verified-email is false",
        "another tenant is required|preset: entra,|preset: entra, require: { tid: x },|5: identity.issuers.app.require.tid|which tenants lists",
        "ID tokens by client_id|preset: cognito,|preset: cognito, require: { token_use: id },|6: identity.issuers.pool.require.token_use|set audience-claim: aud",
        "keys of no algorithm|issuer: \"https://corp.example\"|issuer: \"https://corp.example\", jwks: '{\"keys\":[]}'|4: identity.issuers.corp.jwks|has no public key for any of the algorithms",
        "a caller of another issuer than decides|\"c:bob\" ], route|\"c:bob\" ], credential: mail, route|11: policy.rules.1.allow.1|must begin with the caller-prefix of mail, whose credential decides: 'g:'",
        "a pattern of another issuer than decides|\"c:bob\" ], route|\"c:bob\" ], credential: corp, route|11: policy.rules.1.allow.0|must begin with the caller-prefix of corp",
        "a pattern that no issuer's callers have|\"g:*@corp.example\"|\"e:alice@*\"|11: policy.rules.1.allow.0|must look like a caller of an issuer, such as e:72f988bf",
        "a service account in capitals|\"c:bob\" ], route|\"g:SA@p.iam.gserviceaccount.com\" ], route|11: policy.rules.1.allow.1|must look like a caller of an issuer",
        "a quota without a limit|for: [ authenticated ], calls-per-second: 10|for: [ authenticated ]|14: policy.quotas.1.for|has no limit",
        "a quota of nothing|for: [ authenticated ], calls-per-second: 10|for: [ authenticated ], calls-per-second: 0, open-streams: 0|14: policy.quotas.1.for|has no limit",
        "a quota by something else|\"c:bob\" ], calls-per-second: 5|\"c:bob\" ], by: callers, calls-per-second: 5|13: policy.quotas.0.by|must be one of caller, role, claims.NAME, address, not callers; did you mean caller?",
        "a quota by a claim that no issuer lists|calls-per-second: 10|by: claims.tenant_id, calls-per-second: 10|14: policy.quotas.1.by|counts by the claim tenant_id, which no issuer lists",
        "a quota by no claim|calls-per-second: 10|by: claims., calls-per-second: 10|14: policy.quotas.1.by|must be one of",
        "a quota by role of callers|\"c:bob\" ], calls-per-second: 5|\"c:bob\" ], by: role, calls-per-second: 5|13: policy.quotas.0.by|for must list nothing but roles",
        "a quota by role of everybody|calls-per-second: 10|by: role, calls-per-second: 10|14: policy.quotas.1.by|for must list nothing but roles",
        "a quota of anyone by caller|for: [ authenticated ], calls-per-second: 10|for: [ anyone ], calls-per-second: 10|14: policy.quotas.1.for|anyone has no name to count by",
        "a quota of anyone and others|for: [ authenticated ], calls-per-second: 10|for: [ anyone, \"c:ann\" ], by: address, calls-per-second: 10|14: policy.quotas.1.for|anyone includes all others",
        "a quota behind one of anyone|for: [ \"c:bob\" ], calls|for: [ anyone ], by: address, calls|14: policy.quotas.1.for|never applies to authenticated",
        "too many bytes|calls-per-second: 10|bytes-per-second: 1GiB|14: policy.quotas.1.bytes-per-second|must be between 0 and",
        "a quota of the fleet without Redis|calls-per-second: 10|scope: fleet, calls-per-second: 10|14: policy.quotas.1.scope|needs shared.redis, where the servers count",
        "a scope of nothing|calls-per-second: 10|scope: all, calls-per-second: 10|14: policy.quotas.1.scope|must be one of server, fleet, not 'all'",
        "a burst of nothing|for: [ authenticated ], calls-per-second: 10|for: [ authenticated ], open-streams: 1, burst: 5|14: policy.quotas.1.burst|needs calls-per-second",
        "a quota behind another of the same callers|for: [ authenticated ], calls|for: [ \"c:bob\" ], calls|14: policy.quotas.1.for|never applies to c:bob",
        "a quota behind one of everybody|for: [ \"c:bob\" ], calls|for: [ authenticated ], calls|14: policy.quotas.1.for|never applies to authenticated",
        "a role's condition on a claim that no issuer lists|groups: [ ops ] }|groups: [ ops ], when: \"claims.colour == 'x'\" }|8: policy.roles.crew.when|asks about the claim colour, which no issuer lists",
        "a role's condition that is not an expression|groups: [ ops ] }|groups: [ ops ], when: \"claims.\" }|8: policy.roles.crew.when|line 1, column",
        "a condition that is empty|, route: WS /ws|, when: \"\", route: WS /ws|11: policy.rules.1.when|must not be empty",
        "a condition that is blank|, route: WS /ws|, when: \"  \", route: WS /ws|11: policy.rules.1.when|must not be empty",
        "a condition without a value|, route: WS /ws|, when: , route: WS /ws|11: policy.rules.1.when|must not be empty",
        "a condition in an empty variable|, route: WS /ws|, when: \"${NOTHING:-}\", route: WS /ws|11: policy.rules.1.when|must not be empty",
        "a role's condition that is empty|groups: [ ops ] }|groups: [ ops ], when: \"\" }|8: policy.roles.crew.when|must not be empty",
        "no required claim|claims: [ scope|require: {}, claims: [ scope|3: identity.issuers.mail.require|must not be empty",
        "required claims without a value|claims: [ scope|require: , claims: [ scope|3: identity.issuers.mail.require|must not be empty",
        "no algorithm|claims: [ scope|algorithms: [], claims: [ scope|3: identity.issuers.mail.algorithms|must not be empty",
        "an empty caller claim|claims: [ scope|caller-claim: \"${NOTHING:-}\", claims: [ scope|3: identity.issuers.mail.caller-claim|must not be empty",
        "an empty audience claim|claims: [ scope|audience-claim: \"\", claims: [ scope|3: identity.issuers.mail.audience-claim|must not be empty",
        "an empty roles claim|claims: [ scope|roles-claim: \"\", claims: [ scope|3: identity.issuers.mail.roles-claim|must not be empty",
        "no authority|claims: [ scope|ca: \"\", claims: [ scope|3: identity.issuers.mail.ca|must not be empty",
        "not a time|, route: WS /ws|, when: \"now < timestamp('tomorrow')\", route: WS /ws|11: policy.rules.1.when|'tomorrow' is not a time such as",
        "not a duration|, route: WS /ws|, when: \"now + duration('1 day') > now\", route: WS /ws|11: policy.rules.1.when|'1 day' is not a duration such as 24h",
        "the issuer of all tenants|https://corp.example|https://login.microsoftonline.com/common/v2.0|4: identity.issuers.corp.issuer|use preset: entra with tenants",
        "an issuer of Auth0 without its slash|issuer: \"https://corp.example\"|preset: auth0, issuer: \"https://corp.example\"|4: identity.issuers.corp.issuer|must end with a slash",
        "a Keycloak without a realm|issuer: \"https://corp.example\"|preset: keycloak, issuer: \"https://corp.example\"|4: identity.issuers.corp.issuer|must be the realm",
        "a condition that never holds|, route: WS /ws|, when: \"1 > 2\", route: WS /ws|11: policy.rules.1.when|never holds",
        "a protocol of other routes|, route: WS /ws|, when: \"request.protocol == 'HTTP'\", route: WS /ws|11: policy.rules.1.when|'HTTP' is never request.protocol for this rule; its routes are WS /ws",
        "a method of other routes|[ HTTP GET /ping, GRPC Echo/* ] }|[ HTTP GET /ping ], when: \"request.method == 'POST'\" }|10: policy.rules.0.when|'POST' is never request.method for this rule; its routes are HTTP GET /ping",
        "a role's condition that never holds|groups: [ ops ] }|groups: [ ops ], when: \"false\" }|8: policy.roles.crew.when|never holds",
        "a required caller that the preset's cannot be|preset: entra,|preset: entra, require: { oid: alice },|5: identity.issuers.app.require.oid|names no caller of this issuer, who look like 72f988bf",
        "a caller other than the required one|issuer: \"https://corp.example\"|require: { sub: carol }, issuer: \"https://corp.example\"|11: policy.rules.1.allow.1|'c:bob' names no caller: it must look like a caller of an issuer, such as c:carol",
        "a claim that is a list, by ==|, route: WS /ws|, when: \"claims.scope == 'read'\", route: WS /ws|11: policy.rules.1.when|claims.scope is a list of texts",
        "a claim that is a list, the other way round|, route: WS /ws|, when: \"'read' != claims['scope']\", route: WS /ws|11: policy.rules.1.when|claims.scope is a list of texts",
        "a claim that is a list, by contains|, route: WS /ws|, when: \"claims.scope.contains('read')\", route: WS /ws|11: policy.rules.1.when|claims.scope is a list of texts",
        "a time that is a text|, route: WS /ws|, when: \"claims.exp > '2027'\", route: WS /ws|11: policy.rules.1.when|claims.exp is a number of seconds",
        "a misspelt issuer|, route: WS /ws|, when: \"caller.issuer == 'mial'\", route: WS /ws|11: policy.rules.1.when|'mial' is never caller.issuer: it is not in identity.issuers; did you mean mail?",
        "a misspelt issuer of several|, route: WS /ws|, when: \"caller.issuer in ['mail', 'corpp']\", route: WS /ws|11: policy.rules.1.when|'corpp' is never caller.issuer",
        "a caller of nobody|, route: WS /ws|, when: \"caller.name != 'alice@corp.example'\", route: WS /ws|11: policy.rules.1.when|'alice@corp.example' is never caller.name: it must begin with an issuer's caller-prefix",
        "a role of nobody|, route: WS /ws|, when: \"'oops' in caller.roles\", route: WS /ws|11: policy.rules.1.when|asks for the role 'oops'",
        "a protocol in small letters|, route: WS /ws|, when: \"request.protocol == 'ws'\", route: WS /ws|11: policy.rules.1.when|'ws' is never request.protocol",
        "a method in small letters|, route: WS /ws|, when: \"request.method == 'get'\", route: WS /ws|11: policy.rules.1.when|'get' is never request.method",
        "a range as an address|, route: WS /ws|, when: \"request.ip == '10.0.0.0/8'\", route: WS /ws|11: policy.rules.1.when|cidr('10.0.0.0/8').containsIP(request.ip)",
        "a route of another rule|, route: WS /ws|, when: \"request.route == 'HTTP GET /ping'\", route: WS /ws|11: policy.rules.1.when|'HTTP GET /ping' is never request.route for this rule; its routes are WS /ws",
        "a variable that no path has|, route: WS /ws|, when: \"request.params.tenant == claims.tenant\", route: WS /ws|11: policy.rules.1.when|no path of its routes has {tenant}",
        "a variable by its index|, route: WS /ws|, when: \"request.params['tenant'] == claims.tenant\", route: WS /ws|11: policy.rules.1.when|no path of its routes has {tenant}",
        "a number out of range|calls-per-second: 5|calls-per-second: 99999999999|13: policy.quotas.0.calls-per-second|must be between 0 and 1000000, not 99999999999",
        "a negative number|calls-per-second: 5|calls-per-second: -5|13: policy.quotas.0.calls-per-second|must be between 0 and 1000000, not -5",
        "half a call|calls-per-second: 5|calls-per-second: 0.5|13: policy.quotas.0.calls-per-second|must be a whole number",
        "a number with an underscore|calls-per-second: 5|calls-per-second: 1_000|13: policy.quotas.0.calls-per-second|must be a whole number",
        "a time without a unit|claims: [ scope|clock-skew: 30, claims: [ scope|3: identity.issuers.mail.clock-skew|must be a duration such as 30s",
        "a negative time|claims: [ scope|clock-skew: -30s, claims: [ scope|3: identity.issuers.mail.clock-skew|must be a duration",
        "no lifetime|claims: [ scope|max-token-lifetime: 0s, claims: [ scope|3: identity.issuers.mail.max-token-lifetime|must be between 1s and",
        "a lifetime of ages|claims: [ scope|max-token-lifetime: 999999999999d, claims: [ scope|3: identity.issuers.mail.max-token-lifetime|must be between 1s and",
        "half a minute|claims: [ scope|clock-skew: 0.5m, claims: [ scope|3: identity.issuers.mail.clock-skew|must be a duration",
      })
  void stopsTheStart(String name, String good, String bad, String place, String said) {
    assertTrue(BASE.contains(good), good);
    var problems = problems(BASE.replace(good, visible(bad)), Map.of());
    assertTrue(
        problems.stream().anyMatch(it -> it.startsWith("test.yaml:" + place) && it.contains(said)),
        () -> name + ": " + problems);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "a line break|me\\n|begins or ends with a blank or a line break",
        "quotes|\"me\"|has quotes at both ends",
        "single quotes|'me'|has quotes at both ends",
        "semicolons|me;you|divides nothing here",
        "nothing|''|has quotes at both ends",
        "an invisible character|me\\u200b|invisible character U+200B",
      })
  void aVariableIsReadAsItIs(String name, String value, String said) {
    var text = value.replace("\\n", "\n").replace("\\u200b", "\u200b");
    var yaml =
        BASE.replace(
            "issuer: \"https://corp.example\"", "issuer: \"https://corp.example/${ISSUER}\"");
    var problems =
        problems(
            BASE.replace("issuer: \"https://corp.example\"", "issuer: \"${ISSUER}\""),
            Map.of("ISSUER", text));
    assertTrue(
        problems.stream()
            .anyMatch(it -> it.startsWith("ISSUER (test.yaml:4)") && it.contains(said)),
        () -> name + ": " + problems);
    assertTrue(!problems(yaml, Map.of("ISSUER", "x\n")).isEmpty(), name);
  }

  @Test
  void boundsDoNotExcludeEachOther() {
    assertEquals(
        List.of("test.yaml:2: identity.keys.min-fresh: must not be longer than max-fresh"),
        problems(
            BASE.replace("identity:", "identity:\n  keys: { min-fresh: 2h, max-fresh: 1h }"),
            Map.of()));
  }

  /** No host would mean any. */
  @Test
  void noHostIsNotAnyHost() {
    for (var none : List.of("[]", "", "\"${NOTHING:-}\"")) {
      assertEquals(
          List.of(
              "test.yaml:1: server.hosts: must not be empty; leave the key out for its default"),
          problems("server: { hosts: " + none + " }\n" + BASE, Map.of()));
    }
  }

  @Test
  void aQuotaIsNotForARoleWithACondition() {
    var yaml =
        BASE.replace("groups: [ ops ] }", "groups: [ ops ], when: \"claims.level == 1\" }")
            .replace("[ \"c:bob\" ], calls", "[ crew ], calls");
    assertEquals(
        List.of(
            "test.yaml:13: policy.quotas.0.for: crew has a condition, which may hold for one call"
                + " and not for another; a quota is for callers"),
        problems(yaml, Map.of()));
  }

  /** A list of a variable is divided at commas, and blanks and line breaks around items go. */
  @Test
  void aListInAVariableMayEndWithALineBreak() {
    var yaml =
        BASE.replace(
            "audiences: [ me ], caller-prefix: \"g:\"",
            "audiences: \"${LIST}\", caller-prefix: \"g:\"");
    assertEquals(List.of(), problems(yaml, Map.of("LIST", " me, you\n")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "audiences: [ me ], caller-prefix: \"g:\"|audiences: [ \"exact: me \" ], caller-prefix: \"g:\"",
        "\"c:bob\" ], route|\"exact:c:b<ZWSP>ob\" ], route",
        "\"c:bob\" ], route|\"c:Андрей\" ], route",
        "\"c:bob\" ], route|\"c:Zoë-команда\" ], route",
        "claims: [ scope|require: { mfa: true, country: [ \"NO\", SE ] }, claims: [ scope",
        "claims: [ scope|require-verified-email: no, require: { email_verified: false }, claims: [ scope",
        "for: [ \"c:bob\" ], calls-per-second: 5|for: [ \"c:bob\" ]",
        "for: [ authenticated ], calls|for: [ anyone ], by: address, calls",
        "calls-per-second: 10|by: claims.tenant, bytes-per-second: 512MiB",
        "for: [ \"c:bob\" ], calls-per-second: 5|for: [ crew ], by: role, messages-per-second: 5",
        ", route: WS /ws|, when: \"has(request.params.tenant) && 'x' in claims.scope\", route: WS /ws",
        ", route: WS /ws|, when: \"caller.issuer in ['mail', 'app/72f988bf-86f1-41af-91ab-2d7cd011db47']\", route: WS /ws",
        ", route: WS /ws|, when: \"request.route == 'WS /ws' && 'ops' in caller.roles && caller.name != 'c:bob'\", route: WS /ws",
        ", route: WS /ws|, when: \"request.ip == '::1' && request.method == 'GET' && request.protocol in ['WS']\", route: WS /ws",
        ", route: WS /ws|, when: \"claims.exp > 5 && claims.level == '3'\", route: WS /ws",
      })
  void whatMayHoldDoesNot(String good, String written) {
    assertTrue(BASE.contains(good), good);
    assertEquals(List.of(), problems(BASE.replace(good, visible(written)), Map.of()));
  }

  /** Such a setting may stand there for a while, or in a file that several servers have. */
  @Test
  void whatHasNoEffectNowIsAWarning() {
    var yaml =
        """
        server: { websocket: { origins: [ "https://a.example" ] } }
        identity:
          issuers:
            mail: { preset: google, audiences: [ me ] }
        policy:
          rules:
            - { allow: [ alice@corp.example, "*@x.example" ], route: [ HTTP GET /t/a, HTTP GET /t/b ] }
            - { allow: [ authenticated ], route: HTTP GET /t/b }
            - { deny: [ "*@corp.example", "*@x.example" ], route: HTTP GET /t/* }
            - { allow: [ anyone ], route: HTTP GET /t/c }
            - { deny: [ anyone ], route: HTTP GET /t/c }
          quotas:
            - { for: [ authenticated ], messages-per-second: 5 }
        """;
    var plan =
        Plan.read(
            Configuration.parse("test.yaml", yaml, Map.of(), false),
            List.of(
                port -> {
                  for (var path : List.of("/t/a", "/t/b", "/t/c")) {
                    port.http().get(path, (_, response) -> response.send());
                  }
                }),
            Optional.empty());
    assertEquals(
        List.of(
            "test.yaml:7: policy.rules.0: allows nobody: other rules deny all of its callers",
            "test.yaml:10: policy.rules.3: allows nobody: other rules deny all of its callers",
            "test.yaml:1: server.websocket.origins: has no effect: no WebSocket route is mounted or"
                + " forwarded",
            "test.yaml:13: policy.quotas.0.messages-per-second: has no effect: it counts messages on"
                + " gRPC streams and WebSockets, and no such route is mounted or forwarded"),
        plan.warnings().stream().map(ConfigurationProblem::toString).toList());
  }

  /** Each in place of the rules of a policy that warns of nothing. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "an address in capitals|{ allow: [ \"g:Alice@corp.example\", \"c:bob\" ], route: HTTP GET /a }|rules.1.allow: 'g:Alice@corp.example' has capital letters",
        "a denied address in capitals|{ allow: [ authenticated ], route: HTTP GET /a }, { deny: \"g:mallory@Corp.Example\", route: HTTP GET /a }|rules.2.deny: 'g:mallory@Corp.Example' has capital letters",
        "a pattern in capitals|{ allow: [ \"g:*@Corp.example\", authenticated ], route: HTTP GET /a }|rules.1.allow: 'g:*@Corp.example' has capital letters",
        "a caller beside everybody|{ allow: authenticated, route: HTTP GET /* }, { allow: \"c:bob\", route: HTTP GET /a }|rules.2: has no effect: the rule at test.yaml:8 allows all of its callers already",
        "a caller beside anyone|{ allow: anyone, route: HTTP GET /* }, { allow: authenticated, route: HTTP GET /a }, { allow: authenticated, route: HTTP GET /b/c }|rules.2: has no effect: the rule at test.yaml:8 allows all of its callers already",
        "a caller beside its pattern|{ allow: \"c:bob.x\", route: HTTP GET /a }, { allow: [ \"c:*.x\", authenticated ], route: HTTP GET /* }|rules.1: has no effect: the rule at",
        "the same again|{ allow: [ authenticated ], route: HTTP GET /a }, { allow: authenticated, route: HTTP GET /a }|rules.2: has no effect: the rule at",
        "a condition beside none|{ allow: authenticated, route: HTTP GET /a, when: \"request.method == 'GET'\" }, { allow: authenticated, route: HTTP GET /a }|rules.1: has no effect: the rule at",
        "an issuer for nobody|{ allow: [ \"g:alice@corp.example\" ], route: HTTP GET /a }|identity.issuers.corp: has no effect: no rule allows any of its callers",
        "a quota for nobody|{ allow: [ \"g:alice@corp.example\", \"c:bob\" ], route: HTTP GET /a } ], quotas: [ { for: \"c:carol\", calls-per-second: 1 }|quotas.0.for: has no effect for c:carol: no rule allows it",
        "a condition that always holds|{ allow: authenticated, route: HTTP GET /a, when: \"1 < 2\" }|rules.1.when: always holds",
      })
  void aRuleWithoutEffectIsAWarning(String name, String rules, String warning) {
    assertEquals(List.of(), warnings("{ allow: authenticated, route: HTTP GET /* }"));
    var found = warnings(rules);
    assertTrue(found.stream().anyMatch(it -> it.contains(warning)), () -> name + ": " + found);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ allow: [ \"g:alice@corp.example\", \"c:Bob@corp.example\" ], route: HTTP GET /a }",
        "{ allow: authenticated, route: HTTP GET /a }, { allow: \"c:bob\", route: HTTP GET /* }",
        "{ allow: [ authenticated ], route: HTTP GET /a } ], quotas: [ { for: anyone, by: address, calls-per-second: 1 }",
        "{ allow: authenticated, route: HTTP GET /a, when: \"request.method == 'GET'\" }, { allow: \"c:bob\", route: HTTP GET /a }",
        "{ allow: [ \"g:alice@corp.example\", \"c:*.x\" ], route: HTTP GET /a } ], quotas: [ { for: [ \"c:bob.x\", \"g:*@corp.example\", authenticated ], calls-per-second: 1 }",
        "{ allow: crew, route: HTTP GET /a } ], roles: { crew: { callers: \"g:alice@corp.example\", groups: ops } }, quotas: [ { for: [ crew, \"c:bob\" ], calls-per-second: 1 }",
        "{ allow: crew, route: HTTP GET /a }, { allow: authenticated, route: HTTP GET /a, shadow: true } ], roles: { crew: { when: \"request.method == 'GET'\" } }, quotas: [ { for: authenticated, calls-per-second: 1 }",
      })
  void aRuleWithAnEffectIsNot(String rules) {
    assertEquals(List.of(), warnings(rules));
  }

  private static List<String> warnings(String rules) {
    var yaml =
        """
        identity:
          issuers:
            mail: { preset: google, audiences: [ me ], caller-prefix: "g:" }
            corp: { issuer: "https://corp.example", audiences: [ me ], caller-prefix: "c:", roles-claim: groups }
        policy: {
          rules: [
            { allow: "g:alice@corp.example", route: HTTP GET /b/c },
            %s ] }
        """
            .formatted(rules);
    var plan =
        Plan.read(
            Configuration.parse("test.yaml", yaml, Map.of(), false),
            List.of(
                port -> {
                  for (var path : List.of("/a", "/b/c")) {
                    port.http().get(path, (_, response) -> response.send());
                  }
                }),
            Optional.empty());
    return plan.warnings().stream().map(ConfigurationProblem::toString).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          server: { forwarded-header: forwarded } | no proxy is trusted
          server: { cors: { max-age: 10m } } | there are no origins
          server: { page: { max-readers: 3 } } | the page is not enabled
          server: { http2: { keep-alive-timeout: 5s } } | keep-alive-interval is 0s
          server: { http2: { max-age-grace: 5s } } | max-age is 0s
          server: { websocket: { ping-interval: 0s, missed-pings: 3 } } | ping-interval is 0s
          server: { websocket: { max-frame-size: 2MiB, max-message-size: 1MiB } } | max-message-size is smaller
          shared: { redis: "redis://127.0.0.1:1", quotas: { without-store: open } } | no quota has scope: fleet
          shared: { quotas: { without-store: open } } | there is no shared.redis
          """)
  void whatIsAboutSomethingThatIsOffIsAWarning(String yaml, String off) {
    var plan =
        Plan.read(
            Configuration.parse("test.yaml", yaml, Map.of(), false), List.of(), Optional.empty());
    var warnings = plan.warnings().stream().map(ConfigurationProblem::toString).toList();
    assertEquals(1, warnings.size(), warnings::toString);
    assertTrue(warnings.getFirst().contains("has no effect: " + off), warnings::toString);
  }

  private static List<String> problems(String yaml, Map<String, String> variables) {
    try {
      var _ =
          Plan.read(
              Configuration.parse("test.yaml", yaml, variables, false),
              List.of(new EchoService()),
              Optional.empty());
      return List.of();
    } catch (InvalidConfiguration e) {
      return e.problems().stream().map(ConfigurationProblem::toString).toList();
    }
  }
}
