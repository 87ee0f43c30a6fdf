package dev.oneport.gateway;

import dev.oneport.transport.http1.client.OriginConnection;

/**
 * A connection that one call uses.
 *
 * @param reused whether other calls used it before
 */
record Lent(OriginConnection connection, Place place, boolean reused) {}
