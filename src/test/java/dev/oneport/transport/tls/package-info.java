@NullMarked
package dev.oneport.transport.tls;

import org.jspecify.annotations.NullMarked;
