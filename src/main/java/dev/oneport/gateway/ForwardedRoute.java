package dev.oneport.gateway;

import dev.oneport.api.Route;

/**
 * A part of a forward, to all of which the same rules apply.
 *
 * @param route the route, whose name is a pattern: {@code HTTP DELETE /orders/**}
 */
public record ForwardedRoute(Route route, Forward forward) {}
