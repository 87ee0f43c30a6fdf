@NullMarked
package dev.oneport.config;

import org.jspecify.annotations.NullMarked;
