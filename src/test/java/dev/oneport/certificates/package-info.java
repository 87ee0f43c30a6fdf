@NullMarked
package dev.oneport.certificates;

import org.jspecify.annotations.NullMarked;
