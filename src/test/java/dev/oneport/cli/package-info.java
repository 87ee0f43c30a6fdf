@NullMarked
package dev.oneport.cli;

import org.jspecify.annotations.NullMarked;
