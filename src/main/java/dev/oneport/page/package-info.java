/** What the page at {@code /} is made of: its files, what it says of a caller, a caller's calls. */
@NullMarked
package dev.oneport.page;

import org.jspecify.annotations.NullMarked;
