/** What happened: one record per call, one JSON object a line. */
@NullMarked
package dev.oneport.audit;

import org.jspecify.annotations.NullMarked;
