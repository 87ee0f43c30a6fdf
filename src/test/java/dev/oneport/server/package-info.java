@NullMarked
package dev.oneport.server;

import org.jspecify.annotations.NullMarked;
