/** Signed statements to upstreams about the caller of a forwarded call. */
@NullMarked
package dev.oneport.gateway.assertion;

import org.jspecify.annotations.NullMarked;
