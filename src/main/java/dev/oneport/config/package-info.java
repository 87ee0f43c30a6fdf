/**
 * Reading configuration: typed values, and every mistake with its key path and line, all at once.
 */
@NullMarked
package dev.oneport.config;

import org.jspecify.annotations.NullMarked;
