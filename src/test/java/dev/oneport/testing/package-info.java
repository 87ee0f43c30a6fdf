@NullMarked
package dev.oneport.testing;

import org.jspecify.annotations.NullMarked;
