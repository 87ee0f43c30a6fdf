/** The command line's entry. */
@NullMarked
package dev.oneport;

import org.jspecify.annotations.NullMarked;
