/**
 * The page at {@code /}: its files, the account that it shows to a caller, and the stream of the
 * caller's audit lines.
 */
@NullMarked
package dev.oneport.page;

import org.jspecify.annotations.NullMarked;
