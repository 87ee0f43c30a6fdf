/** What several servers share: revocations. */
@NullMarked
package dev.oneport.fleet;

import org.jspecify.annotations.NullMarked;
