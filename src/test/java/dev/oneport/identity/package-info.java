@NullMarked
package dev.oneport.identity;

import org.jspecify.annotations.NullMarked;
