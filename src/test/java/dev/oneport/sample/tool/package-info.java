@NullMarked
package dev.oneport.sample.tool;

import org.jspecify.annotations.NullMarked;
