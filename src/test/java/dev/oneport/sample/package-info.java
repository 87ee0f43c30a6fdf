@NullMarked
package dev.oneport.sample;

import org.jspecify.annotations.NullMarked;
