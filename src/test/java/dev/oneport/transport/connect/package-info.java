@NullMarked
package dev.oneport.transport.connect;

import org.jspecify.annotations.NullMarked;
