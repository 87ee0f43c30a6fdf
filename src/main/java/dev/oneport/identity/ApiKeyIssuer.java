package dev.oneport.identity;

import java.util.List;
import java.util.Optional;

/**
 * An issuer whose credentials are API keys.
 *
 * @param fromFile whether the keys are in a file, which may have others soon
 * @param header the header that carries them, in lower case; empty for {@code Authorization}
 */
record ApiKeyIssuer(
    String name, String callerPrefix, boolean fromFile, Optional<String> header, List<ApiKey> keys)
    implements NamedIssuer {
  ApiKeyIssuer {
    keys = List.copyOf(keys);
  }

  @Override
  public CallerShape callerShape() {
    return CallerShape.of("[A-Za-z0-9@._/:-]+", "billing");
  }

  @Override
  public String place() {
    return header.orElse(CredentialPlaces.AUTHORIZATION);
  }

  /** Its keys' roles are written by the operator, so that they need no prefix. */
  @Override
  public String rolesPrefix() {
    return "";
  }

  @Override
  public boolean bringsRoles() {
    return fromFile || keys.stream().anyMatch(key -> !key.roles().isEmpty());
  }

  /** Keys have no claims. */
  @Override
  public List<ClaimPath> claims() {
    return List.of();
  }

  /**
   * A file of keys may bring any role: if a rule needed one of its keys, that key could not be
   * removed, because the configuration without it would be refused.
   */
  @Override
  public boolean mayBring(String role) {
    return fromFile || keys.stream().anyMatch(key -> key.roles().contains(role));
  }

  /** Whether it still vouches for a key that another configuration of it has. */
  boolean stillHas(ApiKey key, ApiKeyIssuer before) {
    return callerPrefix.equals(before.callerPrefix)
        && header.equals(before.header)
        && keys.contains(key);
  }
}
