@NullMarked
package dev.oneport.transport.limit;

import org.jspecify.annotations.NullMarked;
