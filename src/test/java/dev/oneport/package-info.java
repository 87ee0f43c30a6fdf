@NullMarked
package dev.oneport;

import org.jspecify.annotations.NullMarked;
