/** Records calls: one record per call, one JSON object per line. */
@NullMarked
package dev.oneport.audit;

import org.jspecify.annotations.NullMarked;
