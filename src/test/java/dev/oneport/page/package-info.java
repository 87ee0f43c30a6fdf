@NullMarked
package dev.oneport.page;

import org.jspecify.annotations.NullMarked;
