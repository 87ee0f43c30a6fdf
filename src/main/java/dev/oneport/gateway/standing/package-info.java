/** Which addresses of upstreams may be tried: health checks, circuit breakers, retry budgets. */
@NullMarked
package dev.oneport.gateway.standing;

import org.jspecify.annotations.NullMarked;
