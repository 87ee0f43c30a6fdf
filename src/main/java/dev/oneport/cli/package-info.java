/** The command line: {@code oneport serve}, {@code call}, {@code token} and {@code policy}. */
@NullMarked
package dev.oneport.cli;

import org.jspecify.annotations.NullMarked;
