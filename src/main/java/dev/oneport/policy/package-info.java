/**
 * Rules, roles and quotas as an operator writes them, and the verdict on a caller and a route.
 * Pure: no I/O, no protocol.
 */
@NullMarked
package dev.oneport.policy;

import org.jspecify.annotations.NullMarked;
