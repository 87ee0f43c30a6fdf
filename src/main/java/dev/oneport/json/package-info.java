/** JSON, from one library. */
@NullMarked
package dev.oneport.json;

import org.jspecify.annotations.NullMarked;
