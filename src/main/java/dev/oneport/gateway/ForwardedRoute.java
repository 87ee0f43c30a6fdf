package dev.oneport.gateway;

import dev.oneport.api.Route;

/**
 * A part of a forward that the same rules are about.
 *
 * @param route its route, whose name is a pattern: {@code HTTP DELETE /orders/**}
 */
public record ForwardedRoute(Route route, Forward forward) {}
