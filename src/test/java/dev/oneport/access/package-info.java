@NullMarked
package dev.oneport.access;

import org.jspecify.annotations.NullMarked;
