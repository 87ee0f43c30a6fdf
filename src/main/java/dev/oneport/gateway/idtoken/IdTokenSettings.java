package dev.oneport.gateway.idtoken;

import dev.oneport.config.Section;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/**
 * The ID token that an upstream gets: {@code id-token: true}, or an object with these keys.
 *
 * @param header the header that carries it; Cloud Run looks at {@code X-Serverless-Authorization}
 *     first, and then leaves {@code Authorization} to the service
 * @param audience the value of its {@code aud}: the receiving service's URL
 * @param metadata the metadata server that issues it
 */
public record IdTokenSettings(String header, String audience, URI metadata) {
  public static final String HEADER = "X-Serverless-Authorization";

  private static final String AUTHORIZATION = "Authorization";
  private static final String METADATA = "http://metadata.google.internal";

  /**
   * Reads the key {@code id-token} of an upstream, whose section stays open.
   *
   * @param audience the default audience
   * @param secret whether nobody on the way to the upstream can read the token
   * @param forwardsCredential whether the upstream gets the client's {@code Authorization}
   */
  public static Optional<IdTokenSettings> read(
      Section upstream, String audience, boolean secret, boolean forwardsCredential) {
    if (!upstream.isObject("id-token")) {
      if (!upstream.flag("id-token", false)) {
        return Optional.empty();
      }
      checkSecret(upstream, secret);
      return Optional.of(new IdTokenSettings(HEADER, audience, URI.create(METADATA)));
    }
    checkSecret(upstream, secret);
    try (var section = upstream.section("id-token")) {
      var header = section.text("header", HEADER);
      if (!header.equals(HEADER) && !header.equals(AUTHORIZATION)) {
        section.problem("header", "must be " + HEADER + " or " + AUTHORIZATION);
      }
      if (header.equals(AUTHORIZATION) && forwardsCredential) {
        section.problem("header", "is the client's, because of forward-authorization");
      }
      var named = section.literal("audience", "name one audience in full", audience);
      if (!named.matches("[!-~]+")) {
        section.problem("audience", "'" + named + "' is not a URL or a name without spaces");
      }
      return Optional.of(new IdTokenSettings(header, named, metadata(section)));
    }
  }

  private static void checkSecret(Section upstream, boolean secret) {
    if (!secret) {
      upstream.problem(
          "id-token", "would be sent unencrypted; use https, or an address of this machine");
    }
  }

  private static URI metadata(Section section) {
    var text = section.text("metadata-url", METADATA);
    try {
      var url = new URI(text);
      if ("http".equals(url.getScheme())
          && url.getHost() != null
          && url.getRawUserInfo() == null
          && String.valueOf(url.getRawPath()).matches("/?")
          && url.getRawQuery() == null
          && url.getRawFragment() == null) {
        return url;
      }
    } catch (URISyntaxException _) {
      // reported below
    }
    section.problem("metadata-url", "'" + text + "' is not a URL such as " + METADATA);
    return URI.create(METADATA);
  }
}
