@NullMarked
package dev.oneport.transport.proxy;

import org.jspecify.annotations.NullMarked;
