@NullMarked
package dev.oneport.policy;

import org.jspecify.annotations.NullMarked;
