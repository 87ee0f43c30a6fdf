/**
 * What a service is written against: {@link dev.oneport.api.Service} mounts its handlers on a
 * {@link dev.oneport.api.Mount}, and {@link dev.oneport.api.Caller} tells a handler who calls.
 * Together with {@code OnePort} and the client this is the whole public API; everything else may
 * change in any release.
 */
@NullMarked
package dev.oneport.api;

import org.jspecify.annotations.NullMarked;
