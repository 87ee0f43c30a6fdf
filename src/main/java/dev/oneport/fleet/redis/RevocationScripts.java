package dev.oneport.fleet.redis;

import dev.oneport.fleet.Lapse;
import dev.oneport.fleet.Revocation;
import dev.oneport.fleet.RevocationText;
import io.lettuce.core.ScriptOutputType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads and writes revocations in Redis, as scripts that run there in one piece. They are the
 * members of a sorted set, one line of JSON each as in the file, by the time when they lapse. A
 * counter beside it grows with each change, and each change is published together with it. Redis's
 * own clock removes what has lapsed: those of servers may differ.
 */
final class RevocationScripts {
  static final String CHANNEL = "revocations";

  /** The longest line, in bytes; longer ones are not what this program writes. */
  private static final int LONGEST = 16 << 10;

  private static final int PAGE = 500;
  private static final int PAGE_BYTES = 256 << 10;
  private static final int PUBLISHED = 64;

  /** Lapsed revocations stay so long: the clocks of others may be behind. */
  private static final Duration MARGIN = Duration.ofMinutes(10);

  /**
   * Returns the counter; -1 if there is no room, or -2 if the message that asks for it came before.
   */
  private static final String ADD =
      """
      if KEYS[3] and redis.call('EXISTS', KEYS[3]) == 1 then
        return -2
      end
      local now = redis.call('TIME')[1] * 1000
      local margin = tonumber(ARGV[3])
      redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now - margin))
      local fresh = {}
      for i = 5, #ARGV, 2 do
        if not redis.call('ZSCORE', KEYS[1], ARGV[i + 1]) then
          fresh[#fresh + 1] = ARGV[i + 1]
        end
      end
      if redis.call('ZCARD', KEYS[1]) + #fresh > tonumber(ARGV[2]) then
        return -1
      end
      local version = 0
      if #fresh > 0 then
        version = redis.call('INCR', KEYS[2])
      end
      for i = 5, #ARGV, 2 do
        redis.call('ZADD', KEYS[1], ARGV[i], ARGV[i + 1])
      end
      local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2]
      for _, key in ipairs({ KEYS[1], KEYS[2] }) do
        if last == 'inf' or tonumber(last) > 1e15 then
          redis.call('PERSIST', key)
        else
          redis.call('PEXPIREAT', key, string.format('%.0f', tonumber(last) + margin))
        end
      end
      if KEYS[3] then
        redis.call('SET', KEYS[3], '', 'PX', ARGV[4])
      end
      if #fresh > 0 then
        redis.call('PUBLISH', ARGV[1], version .. '\\n' .. table.concat(fresh, '\\n'))
      end
      return version
      """;

  /** Returns the counter, the size, where to go on, how many lines are too long, and the others. */
  private static final String READ =
      """
      local version = redis.call('GETRANGE', KEYS[2], 0, 20)
      local first = tonumber(ARGV[1])
      local page = redis.call('ZREVRANGE', KEYS[1], first, first + tonumber(ARGV[2]) - 1)
      local lines, bytes, long = {}, 0, 0
      for _, line in ipairs(page) do
        if bytes > tonumber(ARGV[4]) then
          break
        end
        first = first + 1
        if #line > tonumber(ARGV[3]) then
          long = long + 1
        else
          bytes = bytes + #line
          lines[#lines + 1] = line
        end
      end
      return { version, redis.call('ZCARD', KEYS[1]), first, long, lines }
      """;

  private static final long NO_ROOM = -1;
  private static final long SEEN = -2;

  /** What became of revocations. */
  enum Added {
    DONE,
    NO_ROOM,
    /** Their message came before. */
    SEEN
  }

  private final RedisConnection connection;
  private final Lapse lapse;

  RevocationScripts(RedisConnection connection, Lapse lapse) {
    this.connection = connection;
    this.lapse = lapse;
  }

  /**
   * What Redis holds.
   *
   * @param version of the counter when it began to be read
   */
  record Content(String version, RevocationText text) {}

  private String[] keys() {
    return new String[] {connection.key("revocations"), connection.key("revocations:version")};
  }

  /** The counter; it differs after each change. */
  String version() throws IOException {
    return text(connection.call(it -> it.getrange(keys()[1], 0, 20)));
  }

  /**
   * Adds revocations; those that are there already change nothing.
   *
   * @throws IOException if Redis does not answer, or refuses
   */
  Added add(List<Revocation> revocations) throws IOException {
    for (int i = 0; i < revocations.size(); i += PUBLISHED) {
      var some = revocations.subList(i, Math.min(i + PUBLISHED, revocations.size()));
      if (addSome(some, keys(), Duration.ZERO) == Added.NO_ROOM) {
        return Added.NO_ROOM;
      }
    }
    return Added.DONE;
  }

  /**
   * Adds a few revocations that a message asks for, and remembers the message, in one piece.
   *
   * @param id the message
   * @param remembered how long it could count
   */
  Added addOnce(List<Revocation> revocations, String id, Duration remembered) throws IOException {
    var keys = new String[] {keys()[0], keys()[1], connection.key("logouts:" + id)};
    return addSome(revocations, keys, remembered.plus(MARGIN));
  }

  private Added addSome(List<Revocation> revocations, String[] keys, Duration remembered)
      throws IOException {
    var words = new ArrayList<byte[]>();
    words.add(bytes(connection.key(CHANNEL)));
    words.add(bytes(Integer.toString(RevocationText.MOST)));
    words.add(bytes(Long.toString(MARGIN.toMillis())));
    words.add(bytes(Long.toString(remembered.toMillis())));
    for (var revocation : revocations) {
      words.add(
          bytes(lapse.of(revocation).map(it -> Long.toString(it.toEpochMilli())).orElse("+inf")));
      words.add(bytes(RevocationText.line(revocation)));
    }
    Long version =
        connection.call(
            it -> it.eval(ADD, ScriptOutputType.INTEGER, keys, words.toArray(byte[][]::new)));
    if (version == null || version == NO_ROOM) {
      return Added.NO_ROOM;
    }
    return version == SEEN ? Added.SEEN : Added.DONE;
  }

  /** Removes lines. */
  void remove(List<String> all) throws IOException {
    for (int i = 0; i < all.size(); i += PAGE) {
      var lines =
          all.subList(i, Math.min(i + PAGE, all.size())).stream()
              .map(RevocationScripts::bytes)
              .toArray(byte[][]::new);
      var _ = connection.call(it -> it.zrem(keys()[0], lines));
    }
  }

  /** All revocations, page by page from those that lapse last: so that none is missed. */
  Content read() throws IOException {
    var lines = new StringBuilder();
    String version = "";
    long next = 0;
    long size = 1;
    long tooLong = 0;
    while (next < Math.min(size, RevocationText.MOST)) {
      var page = page(next);
      version = next == 0 ? text(page.get(0)) : version;
      size = number(page.get(1));
      tooLong += number(page.get(3));
      if (!(page.get(4) instanceof List<?> found) || number(page.get(2)) <= next) {
        break;
      }
      found.forEach(line -> lines.append(text(line)).append('\n'));
      next = number(page.get(2));
    }
    return new Content(version, problems(RevocationText.parse(lines.toString()), size, tooLong));
  }

  private List<?> page(long first) throws IOException {
    var words =
        new byte[][] {
          bytes(Long.toString(first)),
          bytes(Integer.toString(PAGE)),
          bytes(Integer.toString(LONGEST)),
          bytes(Integer.toString(PAGE_BYTES))
        };
    List<?> page = connection.call(it -> it.eval(READ, ScriptOutputType.MULTI, keys(), words));
    if (page == null || page.size() != 5) {
      throw new RedisFailure("Redis answered something else than revocations");
    }
    return page;
  }

  private static RevocationText problems(RevocationText text, long size, long tooLong) {
    var problems = new ArrayList<>(text.problems());
    if (tooLong > 0) {
      problems.add(tooLong + " entries are longer than " + LONGEST + " bytes");
    }
    if (size > RevocationText.MOST) {
      problems.add("there are more than " + RevocationText.MOST + " revocations");
    }
    return new RevocationText(text.lines(), problems, text.bad() + (int) tooLong);
  }

  private static long number(Object value) {
    return value instanceof Long number ? number : 0;
  }

  private static String text(Object value) {
    return value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : "";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
