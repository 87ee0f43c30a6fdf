@NullMarked
package dev.oneport.gateway;

import org.jspecify.annotations.NullMarked;
