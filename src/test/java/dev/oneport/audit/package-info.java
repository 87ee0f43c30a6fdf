@NullMarked
package dev.oneport.audit;

import org.jspecify.annotations.NullMarked;
