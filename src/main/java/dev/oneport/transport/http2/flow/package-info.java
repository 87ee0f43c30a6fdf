/**
 * Code for both ends of an HTTP/2 connection: reading and writing frames, flow control, buffers for
 * received bytes, and limits on floods of cheap frames.
 */
@NullMarked
package dev.oneport.transport.http2.flow;

import org.jspecify.annotations.NullMarked;
