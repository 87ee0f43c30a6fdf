/** What happened on a call. */
@NullMarked
package dev.oneport.record;

import org.jspecify.annotations.NullMarked;
