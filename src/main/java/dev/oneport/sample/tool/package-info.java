/**
 * A client of the sample service, and checks of it: used by {@code oneport call} when no other
 * service is given, and by {@code oneport call doctor}.
 */
@NullMarked
package dev.oneport.sample.tool;

import org.jspecify.annotations.NullMarked;
