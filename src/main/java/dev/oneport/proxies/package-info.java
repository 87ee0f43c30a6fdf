/**
 * Determines the clients behind proxies, and the scheme and host that they used; independent of
 * transports.
 */
@NullMarked
package dev.oneport.proxies;

import org.jspecify.annotations.NullMarked;
