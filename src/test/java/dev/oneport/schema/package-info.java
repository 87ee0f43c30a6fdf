@NullMarked
package dev.oneport.schema;

import org.jspecify.annotations.NullMarked;
