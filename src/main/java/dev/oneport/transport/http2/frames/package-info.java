/**
 * Frames as bytes: their types, flags and lengths, and the errors that they can cause (RFC 9113
 * sections 4 and 6).
 */
@NullMarked
package dev.oneport.transport.http2.frames;

import org.jspecify.annotations.NullMarked;
