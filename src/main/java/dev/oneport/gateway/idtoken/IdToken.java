package dev.oneport.gateway.idtoken;

import dev.oneport.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.regex.Pattern;

/** An ID token with its expiry, which its issuer, the metadata server, is trusted for. */
final class IdToken {
  private static final Pattern FORM =
      Pattern.compile("[A-Za-z0-9_-]+\\.([A-Za-z0-9_-]+)\\.[A-Za-z0-9_-]+");

  private final String text;
  private final Instant expiry;
  private final Duration left;

  private IdToken(String text, Instant expiry, Duration left) {
    this.text = text;
    this.expiry = expiry;
    this.left = left;
  }

  /**
   * Reads a token.
   *
   * @throws IOException if it is invalid or has expired; the message has no part of it
   */
  static IdToken read(String text, Instant now) throws IOException {
    var form = FORM.matcher(text.strip());
    if (!form.matches()) {
      throw new IOException("its answer is not a token");
    }
    var payload = new String(Base64.getUrlDecoder().decode(form.group(1)), StandardCharsets.UTF_8);
    try (var reader = Json.PROVIDER.createReader(new StringReader(payload))) {
      if (reader.readObject().get("exp") instanceof JsonNumber exp) {
        var expiry = Instant.ofEpochSecond(exp.longValueExact());
        if (expiry.isAfter(now)) {
          return new IdToken(text.strip(), expiry, Duration.between(now, expiry));
        }
        throw new IOException("its token has expired");
      }
    } catch (JsonException | ArithmeticException | DateTimeException | IllegalStateException _) {
      // reported below
    }
    throw new IOException("its token does not say when it expires");
  }

  /** The token itself, which must not be logged. */
  String text() {
    return text;
  }

  /** Whether it can still be sent: 30 seconds, or a tenth of its life, before it expires. */
  boolean isUsable(Instant now) {
    var margin = Duration.ofSeconds(30);
    var tenth = left.dividedBy(10);
    return now.isBefore(expiry.minus(tenth.compareTo(margin) < 0 ? tenth : margin));
  }

  /** Whether a new one should be fetched, in the last sixth of its life. */
  boolean isOld(Instant now) {
    return !now.isBefore(expiry.minus(left.dividedBy(6)));
  }

  @Override
  public String toString() {
    return "an ID token until " + expiry;
  }
}
