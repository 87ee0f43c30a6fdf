/** Verifies tokens: issuers, their keys, and signatures by Helidon's JWT provider. */
@NullMarked
package dev.oneport.identity;

import org.jspecify.annotations.NullMarked;
