@NullMarked
package dev.oneport.threads;

import org.jspecify.annotations.NullMarked;
