/**
 * What both ends of an HTTP/2 connection need: frames in and out, windows and turns, bytes that
 * wait to be read, and limits on frames that cost their sender nothing.
 */
@NullMarked
package dev.oneport.transport.http2.flow;

import org.jspecify.annotations.NullMarked;
