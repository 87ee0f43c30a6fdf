/**
 * Whose token is it: issuers, their keys, and the verifying of tokens by Helidon's JWT provider.
 */
@NullMarked
package dev.oneport.identity;

import org.jspecify.annotations.NullMarked;
