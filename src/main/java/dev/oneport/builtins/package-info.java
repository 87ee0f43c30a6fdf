/** The server's built-in services: health, reflection, metrics, the page and tokens of dev mode. */
@NullMarked
package dev.oneport.builtins;

import org.jspecify.annotations.NullMarked;
