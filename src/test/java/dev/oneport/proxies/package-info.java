@NullMarked
package dev.oneport.proxies;

import org.jspecify.annotations.NullMarked;
