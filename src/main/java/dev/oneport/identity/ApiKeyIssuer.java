package dev.oneport.identity;

import java.util.List;
import java.util.Optional;

/**
 * An issuer whose credentials are API keys.
 *
 * @param header the header that carries them, in lower case; empty for {@code Authorization}
 */
record ApiKeyIssuer(String name, String callerPrefix, Optional<String> header, List<ApiKey> keys)
    implements NamedIssuer {
  ApiKeyIssuer {
    keys = List.copyOf(keys);
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
    return keys.stream().anyMatch(key -> !key.roles().isEmpty());
  }

  /** Keys have no claims. */
  @Override
  public List<ClaimPath> claims() {
    return List.of();
  }

  @Override
  public boolean mayBring(String role) {
    return keys.stream().anyMatch(key -> key.roles().contains(role));
  }

  /** Whether it still vouches for a key that another configuration of it has. */
  boolean stillHas(ApiKey key, ApiKeyIssuer before) {
    return callerPrefix.equals(before.callerPrefix)
        && header.equals(before.header)
        && keys.contains(key);
  }
}
