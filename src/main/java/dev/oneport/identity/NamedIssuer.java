package dev.oneport.identity;

import java.util.List;

/**
 * An issuer as the operator configured it, whatever its credentials are. All kinds stand in one
 * list, so that their names of callers and roles are kept apart.
 */
sealed interface NamedIssuer permits Issuer, ApiKeyIssuer, IntrospectionIssuer, CertificateIssuer {
  /** The operator's name for it, which its callers have as their issuer. */
  String name();

  /** What the names of its callers begin with. */
  String callerPrefix();

  /** What the roles begin with that its credentials bring; empty if anything, or if none. */
  String rolesPrefix();

  /** Whether its credentials bring roles. */
  boolean bringsRoles();

  /** The claims of its credentials that handlers and conditions are told. */
  List<ClaimPath> claims();

  /** What its callers' names look like behind the prefix. */
  CallerShape callerShape();

  /** Whether it names callers by their e-mail addresses. */
  default boolean namesByAddress() {
    return callerShape().isAddress();
  }

  /**
   * Where a request carries its credentials: a header in lower case, {@code cookie:} and a name, or
   * {@link CredentialPlaces#CERTIFICATE}.
   */
  String place();

  /** Whether its credentials may bring a role of this name. */
  default boolean mayBring(String role) {
    return bringsRoles() && role.startsWith(rolesPrefix());
  }
}
