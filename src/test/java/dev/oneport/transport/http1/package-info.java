@NullMarked
package dev.oneport.transport.http1;

import org.jspecify.annotations.NullMarked;
