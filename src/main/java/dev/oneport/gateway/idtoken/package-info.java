/** Google ID tokens of the server's own identity, for upstreams that require one. */
@NullMarked
package dev.oneport.gateway.idtoken;

import org.jspecify.annotations.NullMarked;
