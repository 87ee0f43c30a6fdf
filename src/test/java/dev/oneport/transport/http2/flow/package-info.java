@NullMarked
package dev.oneport.transport.http2.flow;

import org.jspecify.annotations.NullMarked;
