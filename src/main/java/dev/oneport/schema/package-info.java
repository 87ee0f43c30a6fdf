/** The schemas of services that run elsewhere, built from file descriptors. No I/O. */
@NullMarked
package dev.oneport.schema;

import org.jspecify.annotations.NullMarked;
