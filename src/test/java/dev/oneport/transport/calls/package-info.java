@NullMarked
package dev.oneport.transport.calls;

import org.jspecify.annotations.NullMarked;
