@NullMarked
package dev.oneport.transport.http2;

import org.jspecify.annotations.NullMarked;
