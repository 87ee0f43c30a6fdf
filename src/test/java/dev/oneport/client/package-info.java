@NullMarked
package dev.oneport.client;

import org.jspecify.annotations.NullMarked;
