/**
 * Forwards routes to upstreams, which are services behind this server in any language. A forwarded
 * route has a guard like any other: a call that the policy denies never reaches its upstream.
 */
@NullMarked
package dev.oneport.gateway;

import org.jspecify.annotations.NullMarked;
