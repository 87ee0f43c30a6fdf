/** The record of a call, and its parts. */
@NullMarked
package dev.oneport.record;

import org.jspecify.annotations.NullMarked;
