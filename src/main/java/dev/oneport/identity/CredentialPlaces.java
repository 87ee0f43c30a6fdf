package dev.oneport.identity;

import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where a request may carry the credential that decides.
 *
 * @param authorization whether {@code Authorization} may, or a WebSocket's subprotocol for it
 * @param headers the other headers that may, in lower case; {@code cookie:} and a name for a cookie
 * @param certificate whether the client's certificate may
 */
public record CredentialPlaces(boolean authorization, Set<String> headers, boolean certificate) {
  static final String AUTHORIZATION = "authorization";
  static final String CERTIFICATE = "certificate:";

  public CredentialPlaces {
    headers = Set.copyOf(headers);
  }

  /** {@code Authorization}, the certificate, and these headers. */
  public static CredentialPlaces and(Set<String> headers) {
    return new CredentialPlaces(true, headers, true);
  }

  /** The places of these issuers' credentials, and no others. */
  static CredentialPlaces of(Collection<NamedIssuer> issuers) {
    var places = issuers.stream().map(NamedIssuer::place).collect(Collectors.toSet());
    var authorization = places.remove(AUTHORIZATION);
    var certificate = places.remove(CERTIFICATE);
    return new CredentialPlaces(authorization, places, certificate);
  }
}
