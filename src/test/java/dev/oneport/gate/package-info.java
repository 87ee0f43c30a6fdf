@NullMarked
package dev.oneport.gate;

import org.jspecify.annotations.NullMarked;
