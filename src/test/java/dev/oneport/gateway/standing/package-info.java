@NullMarked
package dev.oneport.gateway.standing;

import org.jspecify.annotations.NullMarked;
