/** Who a client is behind proxies, and how it reached this server; knows no transport. */
@NullMarked
package dev.oneport.proxies;

import org.jspecify.annotations.NullMarked;
