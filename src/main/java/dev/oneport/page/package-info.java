/** The page at {@code /}: its files, what it tells a caller, and the caller's calls. */
@NullMarked
package dev.oneport.page;

import org.jspecify.annotations.NullMarked;
