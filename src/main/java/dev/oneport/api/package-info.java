/**
 * What a service is written against: {@link dev.oneport.api.Service} mounts its handlers on a
 * {@link dev.oneport.api.Mount}, and {@link dev.oneport.api.Caller} says in each of them who calls.
 * Together with {@code OnePort} and the client it is the whole public API; everything else may
 * change with any release.
 */
@NullMarked
package dev.oneport.api;

import org.jspecify.annotations.NullMarked;
