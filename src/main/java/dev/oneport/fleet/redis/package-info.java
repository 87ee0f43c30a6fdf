/**
 * What servers share in Redis or Valkey. Loaded only if one is configured; without it the libraries
 * need not be there.
 */
@NullMarked
package dev.oneport.fleet.redis;

import org.jspecify.annotations.NullMarked;
