/** HTTP requests on streams, through the routing of Helidon. */
@NullMarked
package dev.oneport.transport.http2.http;

import org.jspecify.annotations.NullMarked;
