/** HTTP requests on HTTP/2 streams, through Helidon's routing. */
@NullMarked
package dev.oneport.transport.http2.http;

import org.jspecify.annotations.NullMarked;
