@NullMarked
package dev.oneport.gateway.assertion;

import org.jspecify.annotations.NullMarked;
