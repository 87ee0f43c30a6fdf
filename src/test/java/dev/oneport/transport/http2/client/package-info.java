@NullMarked
package dev.oneport.transport.http2.client;

import org.jspecify.annotations.NullMarked;
