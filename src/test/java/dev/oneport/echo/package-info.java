@NullMarked
package dev.oneport.echo;

import org.jspecify.annotations.NullMarked;
