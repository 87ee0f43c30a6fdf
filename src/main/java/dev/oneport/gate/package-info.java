/**
 * Decides who may call what: routes, rules, the Gate that decides, and the guards that ask it on
 * each protocol.
 */
@NullMarked
package dev.oneport.gate;

import org.jspecify.annotations.NullMarked;
