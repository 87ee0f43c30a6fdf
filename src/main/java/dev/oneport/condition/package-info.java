/**
 * Conditions of rules: expressions in the Common Expression Language (cel.dev), checked when they
 * are read and bounded when they are evaluated. The library is loaded only if a rule has a
 * condition.
 */
@NullMarked
package dev.oneport.condition;

import org.jspecify.annotations.NullMarked;
