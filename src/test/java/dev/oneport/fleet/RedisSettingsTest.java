package dev.oneport.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.config.Configuration;
import dev.oneport.config.ConfigurationProblem;
import dev.oneport.config.InvalidConfiguration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where Redis is, and who this server is there. */
final class RedisSettingsTest {
  private static final String SECRET = "a-secret-of-this-test";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "redis://r, redis://r:6379/0, '', ''",
    "rediss://r.example:7000/3, rediss://r.example:7000/3, '', ''",
    "redis://[::1]:7000/, redis://[::1]:7000/0, '', ''",
    "redis://:p%40%3aw@r, redis://r:6379/0, '', p@:w",
    "redis://me:p+w:x@r, redis://r:6379/0, me, p+w:x",
    "redis://me@r, redis://r:6379/0, me, ''",
  })
  void aUrlSaysItAll(String url, String place, String user, String password) throws Exception {
    for (var yaml : List.of("redis: \"" + url + "\"", "redis: { url: \"" + url + "\" }")) {
      var settings = read(yaml).orElseThrow();
      assertEquals(place, settings.place());
      assertEquals(user, settings.username());
      assertEquals(password, settings.currentPassword());
      assertEquals("oneport:", settings.prefix());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http://r",
    "redis-sentinel://r",
    "redis://",
    "redis://r/x",
    "redis://r/0/1",
    "redis://r:0",
    "redis://r:99999",
    "redis://r?timeout=1s",
    "redis://me:a-secret-of-this-test@r/x",
    "redis://me:a-secret-of-this-test%@r",
    "r:6379",
  })
  void whatIsNoUrlOfRedisStopsTheStart(String url) {
    for (var yaml : List.of("redis: \"" + url + "\"", "redis: { url: \"" + url + "\" }")) {
      var problems = problems(yaml);
      assertTrue(
          problems.contains("must be a URL such as rediss://redis.example.com:6379"),
          () -> url + problems);
      assertFalse(problems.contains(SECRET), problems);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "url: 'redis://me@r', username: me | shared.redis.url: has a user or a password, which",
        "url: 'redis://:x@r', password: y | shared.redis.url: has a user or a password, which",
        "url: 'redis://r', password: '' | shared.redis.password: must not be empty",
        "url: 'redis://r', password: 'x ' | shared.redis.password: begins or ends with a blank",
        "url: 'redis://r', prefix: '' | shared.redis.prefix: must be 1 to 64 letters",
        "url: 'redis://r', timeout: 1ms | shared.redis.timeout: must be between",
        "url: 'redis://r', ca: pom.xml | shared.redis.ca: is for rediss URLs only",
        "url: 'rediss://r', ca: pom.xml | shared.redis.ca: has no certificate",
        "timeout: 1s | shared.redis.url: is required",
        "url: 'redis://r', cluster: true | shared.redis.cluster: unknown key",
      })
  void aSettingThatCannotWorkStopsTheStart(String object, String problem) {
    var problems = problems("redis: { " + object + " }");
    assertTrue(problems.contains(problem), problems);
  }

  @Test
  void secretsComeFromFilesAndVariablesAndGoNowhere() throws Exception {
    var file = Files.writeString(folder.resolve("password"), SECRET + "\n");
    var variables = Map.of("NAME", "me", "PASSWORD", SECRET, "URL", "redis://me:" + SECRET + "@r");
    for (var yaml :
        List.of(
            "redis: \"${URL}\"",
            "redis: { url: \"${URL}\" }",
            "redis: \"redis://me:${PASSWORD}@r\"",
            "redis: { url: redis://r, username: \"${NAME}\", password: \"${PASSWORD}\" }",
            "redis: { url: redis://me@r, password-file: " + file + " }")) {
      var settings = read(yaml, variables).orElseThrow();
      assertEquals("me", settings.username());
      assertEquals(SECRET, settings.currentPassword());
      assertEquals("RedisSettings[redis://r:6379/0, prefix=oneport:]", settings.toString());
    }
  }

  private static Optional<RedisSettings> read(String yaml) {
    return read(yaml, Map.of());
  }

  private static Optional<RedisSettings> read(String yaml, Map<String, String> variables) {
    var configuration =
        Configuration.parse("test.yaml", "shared:\n  " + yaml + "\n", variables, false);
    try (var root = configuration.root();
        var shared = root.section("shared")) {
      var settings = RedisSettings.read(shared);
      configuration.check();
      return settings;
    }
  }

  private static String problems(String yaml) {
    try {
      var settings = read(yaml);
      return "no problem: " + settings;
    } catch (InvalidConfiguration e) {
      return e.problems().stream().map(ConfigurationProblem::toString).toList().toString();
    }
  }
}
